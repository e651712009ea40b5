import KeyStore
import KeyTestSupport
import Testing

@testable import ObjectStore

extension ObjectServiceRule {
    static let versioning = [
        ObjectServiceRule("a bucket without versions keeps one, names none, and forgets what it replaces") { s in
            try await s.createBucket()
            #expect(try await s.put("k", "1").versionID == nil)
            #expect(try await s.put("k", "2").versionID == nil)
            #expect(try await s.get("k") == "2")
            #expect(try await s.get("k", .null) == "2")
            #expect(try await s.head("k").versionID == nil)
            #expect(try await s.versions() == ["k*"])
            let deleted = try await s.delete("k")
            #expect(deleted == DeleteObjectResponse(versionID: nil, deleteMarker: false))
            #expect(try await s.versions() == [])
            let error = await s.expect(.noSuchKey) { _ = try await s.get("k") }
            #expect(error?.deleteMarker == nil)
        },
        ObjectServiceRule("a bucket with versions keeps all of them, the newest first") { s in
            try await s.createBucket(.enabled)
            let first = try #require(try await s.put("k", "1").versionID)
            let second = try #require(try await s.put("k", "2").versionID)
            #expect(first != second && !first.isNull && !second.isNull)
            #expect(try await s.get("k") == "2")
            #expect(try await s.get("k", first) == "1")
            let listing = try await s.service.listObjectVersions(ListObjectVersionsRequest(bucket: Subject.bucket))
            #expect(listing.versions.map(\.versionID) == [second, first])
            #expect(listing.versions.map(\.isLatest) == [true, false])
        },
        ObjectServiceRule("versions made in one instant keep their order") { s in
            try await s.createBucket(.enabled)
            var made: [VersionID] = []
            for number in 0..<20 {
                let put = try await s.put("k", "\(number)")
                made.append(try #require(put.versionID))
            }
            let listing = try await s.service.listObjectVersions(ListObjectVersionsRequest(bucket: Subject.bucket))
            #expect(listing.versions.map(\.versionID) == made.reversed())
            #expect(Set(listing.versions.map(\.lastModified)).count == 1)
            #expect(try await s.get("k") == "19")
        },
        ObjectServiceRule("what was there before versioning is the null version and stays") { s in
            try await s.createBucket()
            try await s.put("k", "old")
            try await s.setVersioning(.enabled)
            try await s.put("k", "new")
            #expect(try await s.versions() == ["k*", "k"])
            #expect(try await s.get("k", .null) == "old")
            #expect(try await s.head("k", .null).versionID == .null)
        },
        ObjectServiceRule("with versioning suspended a write replaces the null version and nothing else") { s in
            try await s.createBucket(.enabled)
            let kept = try #require(try await s.put("k", "kept").versionID)
            try await s.setVersioning(.suspended)
            #expect(try await s.put("k", "a").versionID == .null)
            #expect(try await s.put("k", "b").versionID == .null)
            #expect(try await s.versions() == ["k*", "k"])
            #expect(try await s.get("k", .null) == "b")
            #expect(try await s.get("k", kept) == "kept")
        },
        ObjectServiceRule("a null version that a write replaces becomes the latest, wherever it stood") { s in
            try await s.createBucket()
            try await s.put("k", "null")
            try await s.setVersioning(.enabled)
            let middle = try #require(try await s.put("k", "middle").versionID)
            try await s.setVersioning(.suspended)
            try await s.put("k", "again")
            let listing = try await s.service.listObjectVersions(ListObjectVersionsRequest(bucket: Subject.bucket))
            #expect(listing.versions.map(\.versionID) == [.null, middle])
            #expect(try await s.get("k") == "again")
        },
        ObjectServiceRule("versioning goes on and off, and never back to none") { s in
            try await s.createBucket()
            let none = try await s.service.getBucketVersioning(Subject.bucket)
            #expect(none == VersioningConfiguration(status: .unversioned))
            for status in [VersioningStatus.suspended, .enabled, .suspended] {
                try await s.setVersioning(status)
                let now = try await s.service.getBucketVersioning(Subject.bucket)
                #expect(now == VersioningConfiguration(status: status))
            }
            await s.expect(.malformedXML) { try await s.setVersioning(.unversioned) }
        },
    ]

    static let deletions = [
        ObjectServiceRule("a deletion puts a marker on top, as often as it is asked for") { s in
            try await s.createBucket(.enabled)
            try await s.put("k", "1")
            let first = try await s.delete("k")
            let second = try await s.delete("k")
            #expect(first.deleteMarker && second.deleteMarker && first.versionID != second.versionID)
            #expect(try await s.versions() == ["k!*", "k!", "k"])
            #expect(try await s.keys() == [])
        },
        ObjectServiceRule("a deletion of what never was makes a marker where there are versions") { s in
            try await s.createBucket(.enabled)
            #expect(try await s.delete("k").deleteMarker)
            #expect(try await s.versions() == ["k!*"])
        },
        ObjectServiceRule("reading what a marker hides is 404, and the marker itself 405, with its facts") { s in
            try await s.createBucket(.enabled)
            try await s.put("k", "1")
            let marker = try #require(try await s.delete("k").versionID)
            for read in [{ _ = try await s.get("k") }, { _ = try await s.head("k") }] as [@Sendable () async throws -> Void] {
                let error = await s.expect(.noSuchKey, read)
                #expect(error?.deleteMarker?.versionID == marker)
            }
            for read in [{ _ = try await s.get("k", marker) }, { _ = try await s.head("k", marker) }] as [@Sendable () async throws -> Void]
            {
                let error = await s.expect(.methodNotAllowed, read)
                #expect(error?.deleteMarker?.versionID == marker)
                #expect(error?.deleteMarker?.lastModified == s.clock.now)
            }
        },
        ObjectServiceRule("removing the marker brings the object back") { s in
            try await s.createBucket(.enabled)
            try await s.put("k", "1")
            let marker = try #require(try await s.delete("k").versionID)
            #expect(try await s.delete("k", marker) == DeleteObjectResponse(versionID: marker, deleteMarker: true))
            #expect(try await s.get("k") == "1")
            #expect(try await s.versions() == ["k*"])
        },
        ObjectServiceRule("deleting the latest version brings up the one below, be it a marker") { s in
            try await s.createBucket(.enabled)
            try await s.put("k", "1")
            try await s.delete("k")
            let top = try #require(try await s.put("k", "2").versionID)
            #expect(try await s.delete("k", top) == DeleteObjectResponse(versionID: top, deleteMarker: false))
            #expect(try await s.versions() == ["k!*", "k"])
            await s.expect(.noSuchKey) { _ = try await s.get("k") }
        },
        ObjectServiceRule("with versioning suspended a deletion replaces the null version by a null marker") { s in
            try await s.createBucket(.enabled)
            let kept = try #require(try await s.put("k", "kept").versionID)
            try await s.setVersioning(.suspended)
            try await s.put("k", "gone")
            #expect(try await s.delete("k") == DeleteObjectResponse(versionID: .null, deleteMarker: true))
            #expect(try await s.delete("k") == DeleteObjectResponse(versionID: .null, deleteMarker: true))
            #expect(try await s.versions() == ["k!*", "k"])
            #expect(try await s.get("k", kept) == "kept")
            #expect(try await s.delete("k", .null).deleteMarker)
            #expect(try await s.get("k") == "kept")
        },
        ObjectServiceRule("a version that is not there is deleted in silence") { s in
            try await s.createBucket(.enabled)
            try await s.put("k", "1")
            let missing = VersionID(random: [UInt8](repeating: 0xEE, count: 16))
            #expect(try await s.delete("k", missing) == DeleteObjectResponse(versionID: missing, deleteMarker: false))
            #expect(try await s.delete("other", missing).deleteMarker == false)
            #expect(try await s.versions() == ["k*"])
            await s.expect(.noSuchVersion) { _ = try await s.get("k", missing) }
        },
        ObjectServiceRule("a batch says for each object what became of it, and goes on after a refusal") { s in
            try await s.createBucket(.enabled)
            let a = try #require(try await s.put("a").versionID)
            try await s.put("b")
            let request = DeleteObjectsRequest(
                bucket: Subject.bucket,
                objects: [
                    .init(key: Subject.key("a"), versionID: a), .init(key: Subject.key("b"), eTag: .oneOf([ETag(opaque: [9])])),
                    .init(key: Subject.key("c")),
                ])
            let response = try await s.service.deleteObjects(request)
            #expect(response.deleted.map(\.key.text) == ["a", "c"])
            #expect(response.deleted[0].deleteMarker == false && response.deleted[0].versionID == a)
            #expect(response.deleted[1].deleteMarker && response.deleted[1].deleteMarkerVersionID != nil)
            #expect(response.errors.map(\.error.code) == [.preconditionFailed])
            #expect(try await s.versions() == ["b*", "c!*"])
        },
        ObjectServiceRule("a quiet batch tells of refusals alone") { s in
            try await s.createBucket(.enabled)
            var request = DeleteObjectsRequest(
                bucket: Subject.bucket,
                objects: [.init(key: Subject.key("a")), .init(key: Subject.key("b"), eTag: .any)])
            request.quiet = true
            let response = try await s.service.deleteObjects(request)
            #expect(response.deleted.isEmpty)
            #expect(response.errors.map(\.key.text) == ["b"])
        },
        ObjectServiceRule("a batch has one to a thousand objects") { s in
            try await s.createBucket()
            let entry = DeleteObjectsRequest.Entry(key: Subject.key("a"))
            for count in [0, 1001] {
                await s.expect(.malformedXML) {
                    _ = try await s.service.deleteObjects(
                        DeleteObjectsRequest(bucket: Subject.bucket, objects: Array(repeating: entry, count: count)))
                }
            }
            let most = try await s.service.deleteObjects(
                DeleteObjectsRequest(bucket: Subject.bucket, objects: Array(repeating: entry, count: 1000)))
            #expect(most.deleted.count == 1000)
        },
        ObjectServiceRule("a conditional deletion is about the current version, whichever is deleted") { s in
            try await s.createBucket(.enabled)
            let old = try await s.put("k", "1")
            let new = try await s.put("k", "2")
            await s.expect(.preconditionFailed) { try await s.delete("k", old.versionID) { $0.ifMatch = .oneOf([old.eTag]) } }
            try await s.delete("k", old.versionID) { $0.ifMatch = .oneOf([new.eTag]) }
            try await s.delete("k") { $0.ifMatch = .any }
            await s.expect(.noSuchKey) { try await s.delete("k") { $0.ifMatch = .any } }
            #expect(try await s.versions() == ["k!*", "k"])
        },
    ]
}
