import Findings
import Testing

@Suite("Location of a finding")
struct FindingLocationTests {
    @Test(
        "a path becomes a URI reference that means the path and nothing else",
        arguments: [
            ("/srv/store/objects.sqlite", "file:///srv/store/objects.sqlite"),
            ("objects/0a", "objects/0a"),
            ("mailto:x", "mailto%3Ax"),
            ("/a b/c?d#e%41", "file:///a%20b/c%3Fd%23e%2541"),
            ("/ä\n", "file:///%C3%A4%0A"),
            ("", ""),
        ])
    func path(path: String, uri: String) {
        #expect(FindingLocation(path: path).uri == uri)
    }

    @Test("names of files need not be UTF-8")
    func bytes() {
        #expect(FindingLocation(path: [0x2F, 0x61, 0xFF, 0x00]).uri == "file:///a%FF%00")
    }

    @Test(
        "a URI keeps what it may have",
        arguments: [
            ("https://example.org:443/a%20b?c=d&e#f", "https://example.org:443/a%20b?c=d&e#f"),
            ("tls://[::1]:443", "tls://[::1]:443"),
            ("s3://bucket/ä b", "s3://bucket/%C3%A4%20b"),
            ("a%zz%4", "a%25zz%254"),
            ("tls://[::1]:443/[2]?[3]", "tls://[::1]:443/%5B2%5D?%5B3%5D"),
            ("//[x y]/", "//%5Bx%20y%5D/"),
            ("a]]b", "a%5D%5Db"),
            ("1a:b/c:d", "1a%3Ab/c:d"),
            ("ä:b", "%C3%A4%3Ab"),
            ("a?b:c#d#e:f", "a?b:c#d%23e:f"),
            ("urn:a:b", "urn:a:b"),
            (":", "%3A"),
            ("//[", "//%5B"),
            ("", ""),
            ("x\"<>\\^`{|}\0", "x%22%3C%3E%5C%5E%60%7B%7C%7D%00"),
        ])
    func reference(text: String, uri: String) {
        #expect(FindingLocation(uri: text).uri == uri)
    }
}
