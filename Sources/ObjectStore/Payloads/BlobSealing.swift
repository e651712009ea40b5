import AgeFormat
import Envelope
import KeyStore

/// How a body becomes a blob: the calling task reads it into units, and other tasks, one for each core, seal and write these.
struct BlobSealing: ~Copyable {
    let nonce: [UInt8]
    private let blob: NewBlob
    private let cipher: PayloadCipher
    /// Where in the file the first chunk is.
    private let payloadStart: UInt64
    private let slotCount: Int

    /// - Parameter announcedByteCount: Of the body; nil where it is not known.
    init(_ blob: NewBlob, header: [UInt8], fileKey: borrowing FileKey, announcedByteCount: UInt64?) throws(ObjectStoreError) {
        let nonce = try [UInt8].random(PayloadLayout.nonceByteCount)
        let cipher = try fileKey.cipher(nonce: nonce)
        let front = header + nonce
        try front.span.bytes.withUnsafeBytes { bytes throws(ObjectStoreError) in try blob.write(bytes, at: 0) }
        self.nonce = nonce
        self.blob = blob
        self.cipher = cipher
        payloadStart = UInt64(front.count)
        let chunkCount = announcedByteCount.map(PayloadLayout.chunkCount(plaintext:)) ?? .max
        slotCount = Int(min(chunkCount, UInt64(SealingUnit.maximumSlotCount)))
    }

    /// What a task gives back. Not a tuple: Swift 6.3.1 miscompiles one as the result of a child task.
    private struct SealedUnit: Sendable {
        let unit: SealingUnit
        let failure: ObjectStoreError?
    }

    /// One is being filled, one waits for that to show whether it is the last, and the others are being sealed.
    private static let maximumUnitCount = Processors.count + 2

    /// Reads the body to its end.
    ///
    /// - Parameter beginning: What was read of it before; not more than a chunk.
    /// - Returns: The number of bytes in the file.
    func run(_ reader: inout BodyReader, beginning: UnsafeRawBufferPointer) async throws(ObjectStoreError) -> UInt64 {
        let outcome = await withTaskGroup(of: SealedUnit.self) { group in
            let outcome = await fill(&reader, beginning: beginning, &group)
            // Nobody writes to the file any more when this returns.
            var failure: ObjectStoreError?
            for await sealed in group { failure = failure ?? sealed.failure }
            return failure.map { .failure($0) } ?? outcome
        }
        return try outcome.get()
    }

    private func fill(
        _ reader: inout BodyReader, beginning: UnsafeRawBufferPointer, _ group: inout TaskGroup<SealedUnit>
    ) async -> Result<UInt64, ObjectStoreError> {
        do throws(ObjectStoreError) {
            var unitCount = 0
            var unit = try await nextUnit(&unitCount, &group)
            var chunk: UInt64 = 0
            try await unit.fill(from: &reader, chunk: chunk, beginning: beginning)
            while unit.isFull {
                let next = try await nextUnit(&unitCount, &group)
                try await next.fill(from: &reader, chunk: chunk + UInt64(unit.chunkCount))
                guard next.byteCount > 0 else { break }
                chunk += UInt64(unit.chunkCount)
                seal(unit, in: &group)
                unit = next
            }
            let sealed = try unit.seal(isLast: true, to: blob, payloadStart: payloadStart)
            return .success(payloadStart + chunk * UInt64(PayloadLayout.sealedChunkByteCount) + UInt64(sealed))
        } catch {
            return .failure(error)
        }
    }

    private func seal(_ unit: SealingUnit, in group: inout TaskGroup<SealedUnit>) {
        let (blob, payloadStart) = (blob, payloadStart)
        group.addTask {
            do throws(ObjectStoreError) {
                try unit.seal(isLast: false, to: blob, payloadStart: payloadStart)
                return SealedUnit(unit: unit, failure: nil)
            } catch {
                return SealedUnit(unit: unit, failure: error)
            }
        }
    }

    /// A unit that nobody has: a new one, or the first one that is sealed.
    private func nextUnit(_ count: inout Int, _ group: inout TaskGroup<SealedUnit>) async throws(ObjectStoreError) -> SealingUnit {
        if count < Self.maximumUnitCount {
            count += 1
            return try SealingUnit(slotCount: slotCount, cipher: cipher)
        }
        guard let sealed = await group.next() else { throw ObjectStoreError(.internalError, "No unit is being sealed.") }
        if let failure = sealed.failure { throw failure }
        return sealed.unit
    }
}

extension FileKey {
    /// The cipher of a payload.
    borrowing func cipher(nonce: [UInt8]) throws(ObjectStoreError) -> PayloadCipher {
        do throws(KeyStoreError) {
            return try payloadCipher(nonce: nonce.span.bytes)
        } catch {
            throw .cipher(error)
        }
    }
}
