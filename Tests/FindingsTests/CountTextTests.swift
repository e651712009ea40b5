import Testing

@testable import Findings

@Suite("Numbers with what is counted")
struct CountTextTests {
    @Test("one is one, and everything else is several")
    func plurals() {
        #expect(CountText.of(0, "file") == "0 files")
        #expect(CountText.of(1, "file") == "1 file")
        #expect(CountText.of(UInt64(2), "entry", plural: "entries") == "2 entries")
        #expect(CountText.of(1, "entry", plural: "entries") == "1 entry")
        #expect(CountText.of(-1, "day") == "-1 days")
    }
}
