import ObjectStore
import Testing

@Suite("Bucket names")
struct BucketNameTests {
    @Test(
        "names that S3 takes",
        arguments: [
            "abc", "a-b", "a.b", "123", "my.bucket.name", "a--b", "1.2.3", "1.2.3.4.5", "1234.1.1.1", "1.2.3.a",
            String(repeating: "a", count: 63),
            "xn-a", "a-s3alias1", "mrap", "a.mrapx", "sthree", "amzn-s3-demo",
        ])
    func accepted(name: String) throws {
        #expect(try BucketName(name).text == name)
    }

    @Test(
        "names that S3 refuses",
        arguments: [
            "", "a", "ab", String(repeating: "a", count: 64), "Abc", "a_b", "a b", "a/b", "abc\n", "a\0b", "äbc", "-ab", "ab-", ".ab",
            "ab.", "a..b",
            "a.-b", "a-.b", "192.168.5.4", "1.2.3.4", "999.999.999.999", "xn--abc", "sthree-abc", "sthree-configurator",
            "amzn-s3-demo-bucket",
            "abc-s3alias", "abc--ol-s3", "abc.mrap", "abc--x-s3", "abc--table-s3", "*", "..", String(repeating: "a", count: 100_000),
        ])
    func refused(name: String) {
        #expect(throws: ObjectStoreError(.invalidBucketName)) { try BucketName(name) }
    }
}
