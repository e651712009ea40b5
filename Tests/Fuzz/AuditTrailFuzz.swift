// Feeds arbitrary bytes to the audit trail as the content of its file.
//
// Build the modules instrumented, then link this file with their objects:
//     swift build --target AuditTrail --scratch-path F -Xswiftc -sanitize=fuzzer -Xswiftc -parse-as-library
//     swiftc -sanitize=fuzzer -parse-as-library Tests/Fuzz/AuditTrailFuzz.swift -I F/debug/Modules -I Sources/COpenSSL \
//         -I Sources/COpenSSLShims/include -Xcc -fmodule-map-file=F/debug/COpenSSLShims.build/module.modulemap \
//         -Xcc -fmodule-map-file=.build/checkouts/swift-system/Sources/CSystem/include/module.modulemap \
//         F/debug/{AuditTrail,OpenSSL,COpenSSLShims,SystemPackage,CSystem}.build/**/*.o -lcrypto -o fuzz
// Run it with SWIFT_BACKTRACE=enable=no. Good seeds are the lines of the example in Docs/Formats/AuditTrail.md.

import OpenSSL

@testable import AuditTrail

/// The file in memory. libFuzzer has one thread, and the object never leaves it.
private final class FuzzedFile: AuditFile, @unchecked Sendable {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func lock(_ mode: AuditFileLock) {}
    func unlock() {}
    func status() -> AuditFileStatus { AuditFileStatus(size: Int64(bytes.count), hasName: true) }
    func read(at offset: Int64, count: Int) -> [UInt8] { Array(bytes.dropFirst(Int(offset)).prefix(count)) }
    func write(_ new: [UInt8], at offset: Int64) {
        let end = Int(offset) + new.count
        if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
        bytes.replaceSubrange(Int(offset)..<end, with: new)
    }
    func truncate(to size: Int64) {
        bytes = bytes.prefix(Int(size)) + [UInt8](repeating: 0, count: max(Int(size) - bytes.count, 0))
    }
    func synchronize() {}
    func synchronizeFolder() {}
    func remove() {}
}

/// What must hold for every content: nothing crashes, what verifies can be read and continued, and what is continued verifies; with the key
/// everything can be made so.
private func exercise(_ content: [UInt8], authenticated: Bool) throws {
    let file = FuzzedFile(content)
    let trail: AuditTrail
    do {
        trail = try AuditTrail(file: file, path: "fuzz")
        if authenticated {
            try trail.authenticate(with: SecretBytes(copying: [UInt8](repeating: 7, count: 32).span.bytes))
        }
    } catch let error as AuditTrailError {
        precondition(error.code != .unavailable && error.code != .tooLarge, "memory is always available: \(error)")
        return
    }
    let damaged = file.bytes
    let before = try trail.verify(against: nil)
    precondition(before.authenticatedCount <= before.eventCount)
    do {
        try trail.forEachNewestFirst { record in
            precondition(record.sequence > 0)
            return true
        }
    } catch let error as AuditTrailError {
        precondition(error.code == .damaged, "\(error)")
    }
    var eventCount = before.eventCount
    if before.firstProblem != nil {
        guard authenticated else { return }
        let kept = FuzzedFile([])
        let repair = try trail.repair(against: nil) { () throws(AuditTrailError) in kept }
        precondition(repair?.problem == before.firstProblem && kept.bytes == damaged, "the evidence is not what was there")
        eventCount = before.authenticatedCount
    }
    let event = AuditEvent(
        eventTime: 0, eventSource: "coffer", eventName: "Fuzz",
        principal: AuditPrincipal(principalID: "", arn: "", accountID: "", userName: ""), requestID: "", eventID: "")
    let position = try trail.append(event)
    precondition(position.sequence == eventCount + 1)
    let after = try trail.verify(against: position)
    precondition(after.firstProblem == nil && after.eventCount == position.sequence && after.unfinishedByteCount == 0, "\(after)")
}

/// What is read as a statement is written as the bytes that were read.
private func exerciseStatement(_ content: [UInt8]) {
    do throws(AuditTrailError) {
        let text = try AuditStatement(parsing: content).text
        precondition(text == content, "a statement has two spellings")
    } catch {
        precondition(!error.message.utf8.contains { $0 < 0x20 }, "a control character in an error")
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAuditTrail(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let content = Array(UnsafeBufferPointer(start: start, count: count))
    do {
        exerciseStatement(content)
        try exercise(content, authenticated: false)
        try exercise(content, authenticated: true)
        // Most mutations break the head; behind a good one the fuzzer reaches the event lines.
        try exercise(HeadLine.empty.bytes + content, authenticated: false)
    } catch {
        preconditionFailure("\(error)")
    }
    return 0
}
