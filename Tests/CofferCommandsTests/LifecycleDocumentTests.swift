import Foundation
import KeyStore
import ObjectStore
import Testing

@testable import CofferCommands

@Suite("Lifecycle configurations as JSON")
struct LifecycleDocumentTests {
    private func parse(_ json: String) throws -> LifecycleConfiguration {
        try LifecycleDocument.parse(JSONDocument(Array(json.utf8), name: "--file"))
    }

    /// Writes the members in S3's case, as a program gets them.
    private func written(_ configuration: LifecycleConfiguration) throws -> [UInt8] {
        try JSONText(LifecycleDocument(configuration)).bytes
    }

    private static let whole = """
        {"Rules": [
          {"ID": "old", "Status": "Enabled",
           "Filter": {"And": {"Prefix": "logs/", "Tags": [{"Key": "tier", "Value": "tmp"}], "ObjectSizeGreaterThan": 10, "ObjectSizeLessThan": 99}},
           "Expiration": {"Days": 30}, "NoncurrentVersionExpiration": {"NoncurrentDays": 7, "NewerNoncurrentVersions": 2}},
          {"ID": "uploads", "Status": "Disabled", "Filter": {"Prefix": ""}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
          {"Status": "Enabled", "Prefix": "x/", "Expiration": {"ExpiredObjectDeleteMarker": true}},
          {"ID": "date", "Status": "Enabled", "Filter": {"Tag": {"Key": "a", "Value": "b"}}, "Expiration": {"Date": "2027-01-01T00:00:00Z"}}
        ]}
        """

    @Test("the document of `aws s3api put-bucket-lifecycle-configuration` is read whole")
    func reading() throws {
        let rules = try parse(Self.whole).rules
        #expect(rules.map(\.id) == ["old", "uploads", "rule-3", "date"])
        #expect(rules.map(\.status) == [.enabled, .disabled, .enabled, .enabled])
        let filter = rules[0].filter
        #expect(filter.prefix == Array("logs/".utf8) && filter.tags["tier"] == "tmp")
        #expect(filter.objectSizeGreaterThan == 10 && filter.objectSizeLessThan == 99)
        #expect(rules[0].expiration == .days(30))
        #expect(rules[0].noncurrentVersionExpiration?.noncurrentDays == 7)
        #expect(rules[0].noncurrentVersionExpiration?.newerNoncurrentVersions == 2)
        #expect(rules[1].filter == .all && rules[1].abortIncompleteMultipartUploadDays == 1)
        #expect(rules[2].filter.prefix == Array("x/".utf8) && rules[2].expiration == .expiredObjectDeleteMarker)
        #expect(rules[3].expiration == .date(try Timestamp(rfc3339: "2027-01-01", option: "")))
    }

    @Test("what is written is what was read, with S3's names")
    func roundTrip() throws {
        let configuration = try parse(Self.whole)
        let json = try written(configuration)
        #expect(try parse(String(decoding: json, as: UTF8.self)) == configuration)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
        let rule = try #require((document["Rules"] as? [[String: Any]])?.first)
        #expect(Set(rule.keys) == ["ID", "Status", "Filter", "Expiration", "NoncurrentVersionExpiration"])
        #expect(LifecycleDocument(configuration).text.contains("old (Enabled): keys that begin with logs/, tag tier=tmp"))
    }

    @Test(
        "a member that is not offered is refused by its name",
        arguments: [
            (#"{"Rules":[{"ID":"a","Status":"Enabled","Transitions":[]}]}"#, "Transitions"),
            (#"{"Rules":[{"ID":"a","Status":"Enabled","NoncurrentVersionTransitions":[]}]}"#, "NoncurrentVersionTransitions"),
            (#"{"Rules":[],"Extra":1}"#, "Extra"),
            (#"{"Rules":[{"ID":"a","Status":"Enabled","Filter":{"Size":1},"Expiration":{"Days":1}}]}"#, "Size"),
            (#"{"Rules":[{"ID":"a","Status":"Enabled","Expiration":{"Days":1,"Hours":1}}]}"#, "Hours"),
        ])
    func refused(json: String, name: String) throws {
        let error = #expect(throws: ObjectStoreError.self) { try parse(json) }
        #expect(error?.code == .notImplemented && error?.message.hasPrefix("\(name) is not") == true, "\(String(describing: error))")
    }

    @Test(
        "what is malformed is refused",
        arguments: [
            "", "[]", "{}", #"{"Rules":{}}"#, #"{"Rules":[1]}"#, #"{"Rules":[{"ID":"a","Expiration":{"Days":1}}]}"#,
            #"{"Rules":[{"ID":"a","Status":"On","Expiration":{"Days":1}}]}"#,
            #"{"Rules":[{"ID":"a","Status":"Enabled","Expiration":{"Days":1.5}}]}"#,
            #"{"Rules":[{"ID":"a","Status":"Enabled","Expiration":{"Days":"1"}}]}"#,
            #"{"Rules":[{"ID":"a","Status":"Enabled","Expiration":{}}]}"#,
            #"{"Rules":[{"ID":"a","Status":"Enabled","Expiration":{"Days":1,"Date":"2027-01-01"}}]}"#,
            #"{"Rules":[{"ID":"a","Status":"Enabled","Filter":{"Prefix":"a"},"Prefix":"b","Expiration":{"Days":1}}]}"#,
            #"{"Rules":[{"ID":"a","Status":"Enabled","Filter":{"ObjectSizeLessThan":-1},"Expiration":{"Days":1}}]}"#,
            #"{"Rules":[{"ID":"a","Status":"Enabled","NoncurrentVersionExpiration":{}}]}"#,
        ])
    func malformed(json: String) throws {
        let error = #expect(throws: CommandError.self) { try parse(json) }
        #expect(error?.status == .usage)
    }
}
