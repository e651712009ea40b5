import Integrity
import OpenSSL

/// libFuzzer's entry: no tag file of a bag may trap its parser, no path that is accepted may lead out of the bag, and what is accepted must
/// be read again as it was once it is written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBag(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    // The first byte chooses version and algorithm.
    let choice = Int(bytes.first ?? 0)
    let version = BagVersion.allCases[choice % BagVersion.allCases.count]
    let text = Array(bytes.dropFirst())
    fuzzDeclaration(text)
    fuzzManifest(text, choice.isMultiple(of: 5) ? nil : .md5, version)
    fuzzInfo(text, version)
    for entry in BagFetch(parsing: text, version: version).entries { requireInside(entry.path) }
    return 0
}

private func fuzzDeclaration(_ text: [UInt8]) {
    do {
        let declaration = try BagDeclaration(parsing: text)
        let again = try BagDeclaration(parsing: declaration.bytes)
        precondition(again == declaration, "a declaration that is written is another one")
    } catch {
        precondition(!error.message.utf8.contains { $0 < 0x20 }, "a control character in an error")
    }
}

private func fuzzManifest(_ text: [UInt8], _ algorithm: DigestAlgorithm?, _ version: BagVersion) {
    let manifest = BagManifest(parsing: text, algorithm: algorithm, version: version)
    precondition(manifest.problems.count <= BagLimits.maximumLineProblemCount + 1)
    for entry in manifest.entries {
        requireInside(entry.path)
        precondition(algorithm.map { $0.byteCount == entry.digest.count } ?? !entry.digest.isEmpty)
    }
}

private func fuzzInfo(_ text: [UInt8], _ version: BagVersion) {
    let info = BagInfo(parsing: text, version: version)
    for value in info[PayloadOxum.label] {
        guard let oxum = PayloadOxum(value) else { continue }
        precondition(PayloadOxum("\(oxum)") == oxum, "an Oxum that is written is another one")
    }
    // A label may be anything but empty; its value is on one line.
    precondition(info.fields.allSatisfy { !$0.value.utf8.contains(0x0A) && !$0.value.utf8.contains(0x0D) })
}

private func requireInside(_ path: EntryPath) {
    let names = path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    precondition(names.allSatisfy { !$0.isEmpty && !$0.elementsEqual([0x2E]) && !$0.elementsEqual([0x2E, 0x2E]) && !$0.contains(0) })
    precondition(path.bytes.first != UInt8(ascii: "~"))
}
