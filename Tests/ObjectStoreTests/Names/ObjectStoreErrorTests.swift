import ObjectStore
import Testing

@Suite("Errors of the object store")
struct ObjectStoreErrorTests {
    @Test("every error has a message and the status of HTTP", arguments: ObjectStoreErrorCode.allCases)
    func complete(code: ObjectStoreErrorCode) {
        let error = ObjectStoreError(code)
        #expect(!error.message.isEmpty)
        #expect(error.code == .notModified ? error.httpStatus == 304 : (400...599).contains(error.httpStatus))
        #expect(error.description.hasPrefix(code.rawValue))
        #expect(error.advice != "")
    }

    @Test(
        "what S3 knows and Coffer does not offer is refused by its name",
        arguments: ["PutBucketAcl", "SSECustomerKey", "GLACIER", "Transition"])
    func unsupported(name: String) {
        #expect(UnsupportedS3Name.contains(name))
        let error = UnsupportedS3Name.error(name)
        #expect(error.code == .notImplemented)
        #expect(error.message.contains(name))
        #expect(error.httpStatus == 501)
    }
}
