public import Foundation

/// The files that the tests were built from.
public enum Repository {
    public static let root = URL(fileURLWithPath: #filePath).appending(path: "../../../..").standardizedFileURL

    /// - Parameter path: from the root.
    public static func url(_ path: String) -> URL { root.appending(path: path) }

    public static func text(of path: String) throws -> String { try String(contentsOf: url(path), encoding: .utf8) }
}
