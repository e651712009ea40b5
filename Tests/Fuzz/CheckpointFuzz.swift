import Integrity

/// libFuzzer's entry: no input may trap a parser of what is signed, and what is read has to be written as the bytes that were read.
///
/// The first byte chooses the parser; the rest is its input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCheckpoint(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = input.first else { return 0 }
    let bytes = Array(input.dropFirst())
    do {
        switch choice % 4 {
        case 0: try fuzzText(bytes)
        case 1: try fuzzNote(bytes)
        case 2: try fuzzProof(bytes)
        default: try fuzzKey(bytes)
        }
    } catch let error as IntegrityError {
        precondition(!error.message.utf8.contains { $0 < 0x20 }, "a control character in an error")
        precondition(error.code != .internalFailure, "\(error)")
    } catch {
        preconditionFailure("\(error)")
    }
    return 0
}

private func fuzzText(_ bytes: [UInt8]) throws {
    let checkpoint = try Checkpoint(parsing: bytes)
    precondition(checkpoint.text == bytes, "the text differs from what was read")
    // Made anew of what it says, it is the same.
    let again = try Checkpoint(
        manifestID: checkpoint.manifestID, entryCount: checkpoint.entryCount, root: checkpoint.root, toolVersion: checkpoint.toolVersion,
        time: checkpoint.time, sequence: checkpoint.sequence, previous: checkpoint.previous, subject: checkpoint.subject,
        options: checkpoint.options)
    precondition(again == checkpoint)
}

private func fuzzNote(_ bytes: [UInt8]) throws {
    let note = try SignedNote(parsing: bytes, allowingUnsigned: true)
    precondition(note.bytes == bytes, "the note differs from what was read")
    // Nothing of this is signed by a key that nobody has.
    do throws(IntegrityError) {
        try note.verify(by: [try TrustedSigner(name: nil, publicKey: [UInt8](repeating: 9, count: 32))])
        preconditionFailure("a signature out of nothing")
    } catch {
        precondition([.notSigned, .unknownSigner, .invalidSignature].contains(error.code), "\(error)")
    }
    try fuzzText(note.text)
}

private func fuzzProof(_ bytes: [UInt8]) throws {
    let proof = try EntryProof(parsing: bytes)
    precondition(proof.bytes == bytes, "the proof differs from what was read")
    let checkpoint = try Checkpoint(parsing: proof.note.text)
    let inclusion = try InclusionProof(index: proof.index, size: checkpoint.entryCount, path: proof.path)
    var hasher = try TreeHasher()
    _ = try inclusion.root(over: checkpoint.root, &hasher)
}

private func fuzzKey(_ bytes: [UInt8]) throws {
    let signer = try TrustedSigner(file: bytes)
    guard let text = try signer.verifierKey() else { return }
    let again = try TrustedSigner(verifierKey: text)
    precondition(again == signer, "a verifier key differs from what was read")
}
