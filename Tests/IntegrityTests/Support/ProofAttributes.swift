import Foundation
import SystemPackage
import TestSupport

/// Extended attributes: the C library's functions are in no module that Swift imports.
enum ProofAttributes {
    private typealias Setter = @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeRawPointer?, Int, CInt) -> CInt
    private typealias Remover = @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>) -> CInt
    private typealias Getter = @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int
    private typealias Lister = @convention(c) (UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int

    private static func symbol<F>(_ name: String, _: F.Type) -> F { unsafeBitCast(dlsym(nil, name), to: F.self) }

    static func set(_ path: UnsafePointer<CChar>, _ name: String, _ value: [UInt8]?) throws {
        let result =
            if let value {
                value.withUnsafeBytes { symbol("lsetxattr", Setter.self)(path, name, $0.baseAddress, $0.count, 0) }
            } else {
                symbol("lremovexattr", Remover.self)(path, name)
            }
        if result != 0 { throw Errno(rawValue: errno) }
    }

    static func all(_ path: UnsafePointer<CChar>) throws -> [[UInt8]: [UInt8]] {
        var list = [UInt8](repeating: 0, count: 4096)
        let count = list.withUnsafeMutableBytes { symbol("llistxattr", Lister.self)(path, $0.baseAddress, $0.count) }
        if count < 0 {
            if errno == ENOTSUP { return [:] }
            throw Errno(rawValue: errno)
        }
        var found: [[UInt8]: [UInt8]] = [:]
        for name in list[..<count].split(separator: 0) {
            var value = [UInt8](repeating: 0, count: 4096)
            let text = name.map { CChar(bitPattern: $0) } + [0]
            let size = value.withUnsafeMutableBytes { symbol("lgetxattr", Getter.self)(path, text, $0.baseAddress, $0.count) }
            if size < 0 { throw Errno(rawValue: errno) }
            found[Array(name)] = Array(value[..<size])
        }
        return found
    }

    /// Whether the file system of temporary files has them.
    static let areSupported: Bool = {
        do {
            let folder = try TemporaryFolder()
            try folder.path.withPlatformString { try set($0, "user.probe", [1]) }
            return true
        } catch { return false }
    }()
}
