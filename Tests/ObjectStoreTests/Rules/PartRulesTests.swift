import KeyStore
import Testing

@testable import ObjectStore

@Suite("Parts")
struct PartRulesTests {
    static let minimum = PartRules.minimumByteCount

    private func part(_ number: Int, _ size: UInt64 = minimum, _ algorithm: ChecksumAlgorithm = .crc64NVME) throws -> PartEntry {
        PartEntry(
            partNumber: number, lastModified: Timestamp(seconds: 1), eTag: ETag(opaque: [UInt8(number & 255), UInt8(number >> 8)]),
            size: size,
            checksum: try ChecksumTests.checksum(algorithm, of: [UInt8(number & 255)]))
    }

    private func completed(_ part: PartEntry, checksum: Bool = false) -> CompletedPart {
        CompletedPart(partNumber: part.partNumber, eTag: part.eTag, checksum: checksum ? part.checksum : nil)
    }

    private func keeping(_ algorithm: ChecksumAlgorithm = .crc64NVME, _ type: ChecksumType? = nil) throws -> MultipartChecksum {
        try MultipartChecksum(algorithm: algorithm, type: type)
    }

    @Test("numbers from 1 to 10 000", arguments: [(0, false), (1, true), (10_000, true), (10_001, false), (-1, false), (Int.max, false)])
    func numbers(number: Int, isAllowed: Bool) {
        if isAllowed {
            #expect(throws: Never.self) { try PartRules.checkNumber(number) }
        } else {
            #expect(throws: ObjectStoreError(.invalidArgument)) { try PartRules.checkNumber(number) }
        }
    }

    @Test("any ascending choice of the parts makes an object")
    func choice() throws {
        let uploaded = try [3, 1, 10_000, 7].map { try part($0) }
        for numbers in [[1], [10_000], [1, 3, 7, 10_000], [3, 10_000]] {
            let requested = numbers.compactMap { number in uploaded.first { $0.partNumber == number }.map { completed($0) } }
            #expect(try PartRules.select(requested, from: uploaded, keeping: keeping()).map(\.partNumber) == numbers)
        }
    }

    @Test("ten thousand parts are the most")
    func count() throws {
        let uploaded = try (1...10_000).map { try part($0) }
        let requested = uploaded.map { completed($0) }
        #expect(try PartRules.select(requested, from: uploaded, keeping: keeping()).count == 10_000)
        #expect(throws: ObjectStoreError(.malformedXML)) {
            try PartRules.select(requested + [requested[0]], from: uploaded, keeping: keeping())
        }
        #expect(throws: ObjectStoreError(.malformedXML)) { try PartRules.select([], from: uploaded, keeping: keeping()) }
    }

    @Test("parts out of order, or twice", arguments: [[2, 1], [1, 1], [1, 3, 2]])
    func order(numbers: [Int]) throws {
        let uploaded = try [1, 2, 3].map { try part($0) }
        let requested = numbers.map { completed(uploaded[$0 - 1]) }
        #expect(throws: ObjectStoreError(.invalidPartOrder)) { try PartRules.select(requested, from: uploaded, keeping: keeping()) }
    }

    @Test("a part that is not there, with another tag or another checksum")
    func invalid() throws {
        let uploaded = try [part(1)]
        let (tag, checksum) = (ETag(opaque: [9]), try ChecksumTests.checksum(.crc64NVME, of: [9]))
        for wrong in [
            CompletedPart(partNumber: 2, eTag: uploaded[0].eTag), CompletedPart(partNumber: 1, eTag: tag),
            CompletedPart(partNumber: 1, eTag: uploaded[0].eTag, checksum: checksum), CompletedPart(partNumber: 0, eTag: tag),
        ] {
            #expect(throws: ObjectStoreError(.invalidPart)) { try PartRules.select([wrong], from: uploaded, keeping: keeping()) }
        }
    }

    @Test("only the last part may be small")
    func small() throws {
        let sizes: [([UInt64], Bool)] = [
            ([1], true), ([0], true), ([Self.minimum, 1], true), ([Self.minimum - 1, 1], false),
            ([Self.minimum, Self.minimum - 1, Self.minimum], false),
        ]
        for (sizes, isAllowed) in sizes {
            let uploaded = try sizes.enumerated().map { try part($0.offset + 1, $0.element) }
            let requested = uploaded.map { completed($0) }
            if isAllowed {
                #expect(try PartRules.select(requested, from: uploaded, keeping: keeping()).count == sizes.count)
            } else {
                #expect(throws: ObjectStoreError(.entityTooSmall)) { try PartRules.select(requested, from: uploaded, keeping: keeping()) }
            }
        }
    }

    @Test("a composite checksum needs that of every part")
    func composite() throws {
        let uploaded = try [part(1, Self.minimum, .sha256), part(2, 5, .sha256)]
        let keeping = try keeping(.sha256)
        #expect(throws: ObjectStoreError(.invalidRequest)) {
            try PartRules.select([completed(uploaded[0], checksum: true), completed(uploaded[1])], from: uploaded, keeping: keeping)
        }
        let parts = try PartRules.select(uploaded.map { completed($0, checksum: true) }, from: uploaded, keeping: keeping)
        let checksum = try PartRules.checksum(of: parts, keeping: keeping, expected: nil, expectedByteCount: Self.minimum + 5)
        #expect(checksum.partCount == 2)
        let withoutCount = Checksum(.sha256, bytes: checksum.bytes)
        for expected in [checksum, withoutCount] {
            #expect(try PartRules.checksum(of: parts, keeping: keeping, expected: expected, expectedByteCount: nil) == checksum)
        }
        let other = Checksum(.sha256, bytes: checksum.bytes, partCount: 3)
        #expect(throws: ObjectStoreError(.badDigest)) {
            try PartRules.checksum(of: parts, keeping: keeping, expected: other, expectedByteCount: nil)
        }
    }

    @Test("the size that a request expects, and a checksum of all")
    func expectations() throws {
        let parts = try [part(1), part(2, 7)]
        let checksum = try PartRules.checksum(of: parts, keeping: keeping(), expected: nil, expectedByteCount: Self.minimum + 7)
        #expect(checksum.type == .fullObject)
        #expect(throws: ObjectStoreError(.invalidRequest)) {
            try PartRules.checksum(of: parts, keeping: keeping(), expected: nil, expectedByteCount: 7)
        }
        #expect(throws: ObjectStoreError(.badDigest)) {
            try PartRules.checksum(of: parts, keeping: keeping(), expected: parts[0].checksum, expectedByteCount: nil)
        }
    }

    @Test("the tag of an object of parts says how many")
    func eTag() {
        #expect(ETag(opaque: [0xAB, 0x01], partCount: 12).text == "ab01-12")
        #expect(ETag(opaque: [0xAB, 0x01]).text == "ab01")
    }

    @Test("a part and an object at once have 5 GiB, an object 48.8 TiB")
    func sizes() {
        #expect(throws: Never.self) { try PartRules.checkSize(5 << 30) }
        #expect(throws: ObjectStoreError(.entityTooLarge)) { try PartRules.checkSize(5 << 30 + 1) }
        #expect(PartRules.maximumObjectByteCount == 53_687_091_200_000)
    }
}
