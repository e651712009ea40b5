import Testing

@testable import TLSInspector

@Suite("Streams of records")
struct RecordStreamTests {
    @Test("a record that comes byte by byte is one record")
    func pieces() throws {
        let record = Record(type: .handshake, version: 0x0303, fragment: [1, 2, 3])
        var stream = RecordStream()
        for byte in record.encoded {
            #expect(try stream.next() == nil)
            stream.append([byte])
        }
        #expect(try stream.next() == record)
        #expect(try stream.next() == nil)
    }
}
