import Foundation
import KeyTestSupport
import Testing

@testable import CofferCommands

@Suite("coffer bucket")
struct BucketCommandTests {
    @Test("before anything is stored there is no object store, and the hint says how to make one")
    func noStore() async throws {
        let fixture = try await CommandFixture.withStore()
        for line in ["ls coffer://photos", "rm coffer://photos/a", "store check", "store stats", "store maintain"] {
            let outcome = try await fixture.expect(line, .notFound)
            #expect(outcome.errors.contains("No object was ever stored here"), "\(outcome.errors)")
            #expect(outcome.errors.contains("hint: make a bucket first, with `coffer bucket create NAME`"))
        }
        #expect(try await fixture.expect("ls coffer://photos --json", .notFound).error["code"] as? String == "StoreNotFound")
        #expect(!fixture.exists("home/objects.sqlite"), "looking makes nothing")
    }

    @Test("before anything is stored a listing of buckets is empty, as that of a service without buckets is")
    func noBuckets() async throws {
        let fixture = try await CommandFixture.withStore()
        #expect(try await fixture.expect("ls").text.isEmpty)
        #expect(try await fixture.expect("ls --json").text.isEmpty)
        let listed = try await fixture.expect("bucket list")
        #expect(listed.text == "NAME  CREATED\n" && listed.errors.contains("there are no buckets; `coffer bucket create NAME` makes one"))
        #expect(try #require(try await fixture.expect("bucket list --json").json["Buckets"] as? [Any]).isEmpty)
        #expect(try await fixture.expect("bucket list --prefix a").errors.isEmpty)
        #expect(try await fixture.expect("store recovery show").errors.contains("there is no recovery recipient"))
        #expect(!fixture.exists("home/objects.sqlite"), "looking makes nothing")
    }

    @Test("objects whose database is gone are a loss, and nothing begins anew beside them")
    func lostDatabase() async throws {
        let fixture = try await CommandFixture.withStore()
        try await fixture.expect("bucket create photos")
        // More than the database itself would hold.
        try await fixture.expect("cp \(fixture.write(String(repeating: "x", count: 40_000), to: "a")) coffer://photos/a")
        for suffix in ["", "-wal", "-shm"] where fixture.exists("home/objects.sqlite\(suffix)") {
            try FileManager.default.removeItem(atPath: fixture.path("home/objects.sqlite\(suffix)"))
        }
        for line in [
            "ls", "ls coffer://photos", "bucket list", "bucket create photos", "bucket create other", "store check", "store stats",
        ] {
            let outcome = try await fixture.run(line)
            #expect(outcome.status == .damaged && outcome.errors.contains("The database of objects is lost"), "\(line): \(outcome.errors)")
        }
        #expect(try await fixture.run("doctor --fail-on critical").status == .damaged)
        #expect(!fixture.exists("home/objects.sqlite"), "what a backup brings back finds nothing in its place")
        try FileManager.default.moveItem(atPath: fixture.path("home/objects"), toPath: fixture.path("saved"))
        try await fixture.expect("bucket create other")
    }

    @Test("a lost database is missed when all objects were in it; a folder that stands ready for objects is none")
    func lostSmallObjects() async throws {
        let fixture = try await CommandFixture.withStore()
        try FileManager.default.createDirectory(
            atPath: fixture.path("home/objects"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try await fixture.expect("bucket create photos")
        try await fixture.expect("cp \(fixture.write("x", to: "a")) coffer://photos/a")
        for suffix in ["", "-wal", "-shm"] where fixture.exists("home/objects.sqlite\(suffix)") {
            try FileManager.default.removeItem(atPath: fixture.path("home/objects.sqlite\(suffix)"))
        }
        for line in ["ls", "bucket list", "store check"] {
            #expect(try await fixture.run(line).errors.contains("The database of objects is lost"), "\(line)")
        }
    }

    @Test("a bucket is made, shown, listed and deleted")
    func life() async throws {
        let fixture = try await CommandFixture.withStore()
        #expect(try await fixture.expect("bucket create photos --tag team=ops").errors == "made the bucket photos\n")
        #expect(try await fixture.expect("bucket create photos", .denied).errors.contains("already exists"))
        #expect(try await fixture.expect("ls").text.hasSuffix("  coffer://photos\n"))
        let listed = try #require(try await fixture.expect("bucket list --json").json["Buckets"] as? [[String: Any]])
        #expect(listed.count == 1 && listed[0]["Name"] as? String == "photos" && listed[0]["CreationDate"] is String)

        let info = try await fixture.expect("bucket info photos --json").json
        #expect(info["BucketRegion"] as? String == "us-east-1")
        #expect((info["VersioningConfiguration"] as? [String: String])?.isEmpty == true)
        #expect((info["TagSet"] as? [[String: String]]) == [["Key": "team", "Value": "ops"]])
        #expect((info["KMSMasterKeyID"] as? String)?.contains(":key/") == true)
        #expect(try await fixture.expect("bucket info photos").text.contains("never enabled"))

        try await fixture.put("a", as: "a")
        let refused = try await fixture.expect("bucket delete photos", .denied)
        #expect(refused.errors.contains("not empty") && refused.errors.contains("hint: `coffer rm --recursive --all-versions"))
        try await fixture.expect("rm coffer://photos/a")
        try await fixture.expect("bucket delete photos")
        #expect(try await fixture.expect("ls").text.isEmpty)
        try await fixture.expect("bucket info photos", .notFound)
    }

    @Test("versioning goes from never to enabled to suspended, and back")
    func versioning() async throws {
        let fixture = try await CommandFixture.withBucket("")
        func status() async throws -> String? {
            try await fixture.expect("bucket versioning get photos --json").json["Status"] as? String
        }
        #expect(try await status() == nil)
        try await fixture.put("0", as: "a")
        try await fixture.expect("bucket versioning enable photos")
        #expect(try await status() == "Enabled")
        try await fixture.put("1", as: "a")
        try await fixture.expect("bucket versioning suspend photos")
        #expect(try await status() == "Suspended")
        try await fixture.put("2", as: "a")
        let versions = try await fixture.expect("ls --versions --json coffer://photos/a").jsonLines
        // The null version of the begin was replaced.
        #expect(versions.compactMap { $0["VersionId"] as? String }.filter { $0 == "null" }.count == 1 && versions.count == 2)
        #expect(try await fixture.content(of: "a", "--version-id null") == "2")
    }

    @Test("tags, default key, and default retention are set, shown and removed")
    func settings() async throws {
        let fixture = try await CommandFixture.withBucket()
        try await fixture.expect("bucket tag put photos a=1 b=2")
        #expect(try await fixture.expect("bucket tag list photos").text.contains("a"))
        #expect((try await fixture.expect("bucket tag list photos --json").json["TagSet"] as? [Any])?.count == 2)
        try await fixture.expect("bucket tag delete photos")
        #expect(try await fixture.expect("bucket tag list photos --json", .notFound).error["code"] as? String == "NoSuchTagSet")

        let key = try await fixture.expect("key create --alias archive").line
        try await fixture.expect("bucket default-key set photos archive")
        #expect(try await fixture.expect("bucket default-key get photos").line == "alias/archive")
        try await fixture.put("x", as: "x")
        let head = try await fixture.expect("object head --bucket photos --key x --json").json
        #expect((head["SSEKMSKeyId"] as? String)?.hasSuffix(key) == true)
        try await fixture.expect("bucket default-key unset photos")
        try await fixture.expect("bucket default-key set photos nobody", .notFound)

        try await fixture.expect("bucket retention get photos", .notFound)
        try await fixture.expect("bucket retention put photos --mode governance --days 3")
        let lock = try #require(
            try await fixture.expect("bucket retention get photos --json").json["ObjectLockConfiguration"] as? [String: Any])
        #expect(lock["ObjectLockEnabled"] as? String == "Enabled")
        let rule = (lock["Rule"] as? [String: [String: Any]])?["DefaultRetention"]
        #expect(rule?["Mode"] as? String == "GOVERNANCE" && rule?["Days"] as? Int == 3)
        let version = try await fixture.put("locked", as: "locked")
        try await fixture.expect("rm --version-id \(version) coffer://photos/locked", .denied)
        try await fixture.expect("rm --version-id \(version) --bypass-governance-retention coffer://photos/locked")
        try await fixture.expect("bucket versioning suspend photos", .denied)
    }

    @Test("a lifecycle is set by flags or as S3's document, shown as one, and removed")
    func lifecycle() async throws {
        let fixture = try await CommandFixture.withBucket()
        try await fixture.expect("bucket lifecycle get photos", .notFound)
        try await fixture.expect("bucket lifecycle put photos --prefix cache/ --expire-days 7 --noncurrent-days 30 --keep-noncurrent 2")
        let rules = try #require(try await fixture.expect("bucket lifecycle get photos --json").json["Rules"] as? [[String: Any]])
        #expect(rules.count == 1 && rules[0]["Status"] as? String == "Enabled")
        #expect((rules[0]["Expiration"] as? [String: Int]) == ["Days": 7])
        #expect((rules[0]["NoncurrentVersionExpiration"] as? [String: Int]) == ["NoncurrentDays": 30, "NewerNoncurrentVersions": 2])
        #expect((rules[0]["Filter"] as? [String: String]) == ["Prefix": "cache/"])

        let document =
            #"{"Rules":[{"ID":"all","Status":"Enabled","Filter":{},"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":2}}]}"#
        try await fixture.expect(["bucket", "lifecycle", "put", "photos", "--lifecycle-configuration", document])
        try fixture.write(document, to: "rules.json")
        try await fixture.expect("bucket lifecycle put photos --file \(fixture.path("rules.json"))")
        #expect(try await fixture.expect("bucket lifecycle get photos").text.contains("all"))

        let transition = #"{"Rules":[{"ID":"t","Status":"Enabled","Filter":{},"Transitions":[{"Days":1,"StorageClass":"GLACIER"}]}]}"#
        let refused = try await fixture.expect(["bucket", "lifecycle", "put", "photos", "--file", transition, "--json"], .usage).error
        #expect(refused["code"] as? String == "NotImplemented" && (refused["message"] as? String)?.hasPrefix("Transition") == true)
        #expect(try await fixture.expect("bucket lifecycle get photos").text.contains("all"), "a refused document changes nothing")
        try await fixture.expect("bucket lifecycle delete photos")
        try await fixture.expect("bucket lifecycle get photos", .notFound)
    }

    @Test("lifecycle rules are carried out by maintenance, which first tells what it would do")
    func maintenance() async throws {
        let fixture = try await CommandFixture.withBucket()
        try await fixture.put("1", as: "tmp/a")
        try await fixture.put("2", as: "tmp/a")
        try await fixture.put("3", as: "kept")
        try await fixture.expect("object upload create --bucket photos --key tmp/u")
        try await fixture.expect(
            "bucket lifecycle put photos --prefix tmp/ --expire-days 3 --noncurrent-days 3 --abort-multipart-days 3")
        #expect(try await fixture.expect("store maintain").text == "nothing was due\n")
        fixture.clock.pass(.days(5))
        let dry = try await fixture.expect("store maintain --dry-run")
        #expect(dry.text == "would be: 1 object expired\nwould be: 1 version deleted for good\nwould be: 1 upload aborted\n", "\(dry.text)")
        #expect(try await fixture.keys() == ["kept", "tmp/a"])
        let done = try await fixture.expect("store maintain --json").json
        #expect(done["ExpiredCount"] as? Int == 1 && done["DeletedVersionCount"] as? Int == 1 && done["AbortedUploadCount"] as? Int == 1)
        #expect(try await fixture.keys() == ["kept"])
        try await fixture.expect("store check")
    }
}
