import Testing

@testable import TLSInspector

@Suite("Punycode")
struct PunycodeTests {
    @Test(
        "the samples of RFC 3492 §7.1 and names in use are read",
        arguments: [
            ("bcher-kva", "bücher"), ("mnchen-3ya", "münchen"), ("egbpdaj6bu4bxfgehfvwxn", "ليهمابتكلموشعربي؟"),
            ("ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"),
            ("4dbcagdahymbxekheh6e0a7fei0b", "למההםפשוטלאמדבריםעברית"), ("Proprostnemluvesky-uyb24dma41a", "Pročprostěnemluvíčesky"),
            ("d9juau41awczczp", "そのスピードで"), ("fiqs8s", "中国"), ("p1ai", "рф"),
        ])
    func samples(_ input: String, _ text: String) {
        // The Arabic sample ends with a question mark, which no name may have.
        #expect(Punycode.decode(Substring(input)) == (text.contains("؟") ? nil : text))
    }

    @Test(
        "what is no Punycode stays as it is",
        arguments: ["99999999", "a-é", "-", "a--", "kva!", String(repeating: "9", count: 63), "eckwd4c7cu47r2wf"])
    func nonsense(_ input: String) {
        // The last one is Japanese text and is read; it shows that the others are not refused for nothing.
        #expect((Punycode.decode(Substring(input)) == nil) == (input != "eckwd4c7cu47r2wf" && input != "a--" && input != "-"))
    }

    @Test("only the labels that are international change")
    func names() {
        #expect(Punycode.unicodeName("www.xn--bcher-kva.example") == "www.bücher.example")
        #expect(Punycode.unicodeName("XN--BCHER-KVA.example") == "BüCHER.example")
        #expect(Punycode.unicodeName("www.example.com") == nil)
        #expect(Punycode.unicodeName("xn--99999999.example") == nil)
    }
}
