import Findings
import Foundation
import KeyStore
import OpenSSL
import SystemPackage
import TestSupport

@testable import Integrity

/// A folder for bags of one test, removed with its last reference.
final class BagFixture: Sendable {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    deinit {
        // The test may have taken access bits away.
        if let names = FileManager.default.enumerator(atPath: root.string) {
            for case let name as String in names where (names.fileAttributes?[.type] as? FileAttributeType) == .typeDirectory {
                chmod(path(name).string, 0o700)
            }
        }
    }

    var root: FilePath { folder.path }

    /// The clock of tests stands at 2026-11-28T14:00:00Z.
    static let time = Timestamp(seconds: 1_795_874_400)

    static func options(
        _ version: BagVersion = .v10, _ algorithms: [DigestAlgorithm] = [.sha256], _ fields: [(String, String)] = []
    ) throws -> BagOptions {
        BagOptions(
            version: version, algorithms: algorithms, fields: try fields.map { try BagInfo.Field(label: $0.0, value: $0.1) }, time: time,
            softwareAgent: "coffer test")
    }

    func path(_ name: String) -> FilePath { root.appending(name) }

    /// The path of a name of any bytes.
    func path(bytes: [UInt8]) -> FilePath {
        FilePath(platformString: (Array(root.string.utf8) + [47] + bytes + [0]).map { CInterop.PlatformChar(bitPattern: $0) })
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> FilePath { try write(Array(text.utf8), to: Array(name.utf8)) }

    /// Writes a file, and makes the folders that it is in.
    @discardableResult
    func write(_ bytes: [UInt8], to name: [UInt8]) throws -> FilePath {
        let parts = name.split(separator: 47)
        for count in 1..<max(1, parts.count) {
            let folder = path(bytes: Array(parts[..<count].joined(separator: [47])))
            if folder.withPlatformString({ mkdir($0, 0o755) }) != 0, errno != EEXIST { throw Errno(rawValue: errno) }
        }
        let path = path(bytes: name)
        let file = try FileDescriptor.open(path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite, .groupRead])
        defer { try? file.close() }
        try file.writeAll(bytes)
        return path
    }

    func read(_ name: [UInt8]) throws -> [UInt8] {
        let file = try FileDescriptor.open(path(bytes: name), .readOnly)
        defer { try? file.close() }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = try buffer.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    func text(_ name: String) throws -> String { String(decoding: try read(Array(name.utf8)), as: UTF8.self) }

    func remove(_ name: [UInt8]) throws {
        guard path(bytes: name).withPlatformString({ unlink($0) }) == 0 else { throw Errno(rawValue: errno) }
    }

    func exists(_ name: String) -> Bool {
        var status = stat()
        return lstat(path(name).string, &status) == 0
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(name).string, withDestinationPath: target)
    }

    /// Names in the folder itself.
    func names(_ name: String = ".") throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path(name).string).sorted() }

    /// All files below, in the order of their bytes.
    func files(_ name: String) throws -> [[UInt8]] {
        try BagTree(of: BagFolder(path(name))).files.map { Array(name.utf8) + [47] + $0.path.bytes }
    }

    /// Writes a bag from its parts; digests of what is listed are computed where a line begins with `=`.
    ///
    /// - Parameter lists: the text of manifests by name, such as `manifest-md5.txt`: `= data/a`.
    func bag(
        _ name: String = "bag", version: String = "1.0", files: [String: String] = ["data/a": "A"], lists: [String: String],
        omitting omitted: Set<String> = []
    ) throws -> FilePath {
        try FileManager.default.createDirectory(atPath: path("\(name)/data").string, withIntermediateDirectories: true)
        var files = files
        files["bagit.txt"] = files["bagit.txt"] ?? "BagIt-Version: \(version)\nTag-File-Character-Encoding: UTF-8\n"
        for (file, text) in files where !omitted.contains(file) { try write(text, to: "\(name)/\(file)") }
        for (list, text) in lists.sorted(by: { $0.key < $1.key }) {
            try write(try Self.resolved(text, list, files) { try self.text("\(name)/\($0)") }, to: "\(name)/\(list)")
        }
        return path(name)
    }

    private static func resolved(
        _ text: String, _ list: String, _ files: [String: String], _ read: (String) throws -> String
    ) throws -> String {
        let algorithm = DigestAlgorithm(rawValue: String(list.split(separator: "-")[1].dropLast(4)))
        return try text.components(separatedBy: "\n").map { line in
            guard let algorithm, line.hasPrefix("=") else { return line }
            let rest = line.dropFirst()
            let name = rest.drop { " *".contains($0) }
            let path = (name.hasPrefix("./") ? name.dropFirst(2) : name).replacingOccurrences(of: "\r", with: "")
            let content = try files[path] ?? read(path)
            return try Digest.hash(algorithm, Array(content.utf8).bytes).hexadecimal + rest
        }.joined(separator: "\n")
    }
}

extension BagReport {
    /// What is wrong, as `kind path`, without what is merely worth knowing.
    var wrongs: [String] { problems.filter { $0.severity > .info }.map(\.word).sorted() }
    /// What is worth knowing.
    var notes: [String] { problems.filter { $0.severity == .info }.map(\.word).sorted() }
}

extension BagProblem {
    var word: String { path.isEmpty ? kind.rawValue : "\(kind.rawValue) \(path.visiblePath)" }
}
