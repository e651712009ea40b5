import Foundation
import SystemPackage
import TestSupport

extension TemporaryFolder {
    func modificationTime(_ name: String) throws -> Double? {
        (try FileManager.default.attributesOfItem(atPath: file(name).string)[.modificationDate] as? Date)?.timeIntervalSince1970
    }

    func setModificationTime(_ name: String, _ seconds: Double) throws {
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: file(name).string)
    }

    /// Bytes on the disk, holes not counted.
    func allocatedByteCount(_ name: String) throws -> Int {
        var status = stat()
        guard stat(file(name).string, &status) == 0 else { throw Errno(rawValue: errno) }
        return Int(status.st_blocks) * 512
    }

    /// Gives a file two more names.
    func link(_ name: String, hard: String, symbolic: String) throws {
        try FileManager.default.linkItem(atPath: file(name).string, toPath: file(hard).string)
        try FileManager.default.createSymbolicLink(atPath: file(symbolic).string, withDestinationPath: file(name).string)
    }

    func isSymbolicLink(_ name: String) throws -> Bool {
        try FileManager.default.attributesOfItem(atPath: file(name).string)[.type] as? FileAttributeType == .typeSymbolicLink
    }
}
