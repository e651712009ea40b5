import KeyStore
import Testing

@testable import ObjectStore

extension ObjectServiceRule {
    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    static let listings = [
        ObjectServiceRule("keys are listed in the order of their bytes") { s in
            try await s.createBucket()
            let sorted = ["A", "Z", "a", "a b", "a!", "a/", "a/b", "a0", "aa", "\u{E4}", "\u{FFFD}", "\u{10000}"]
            for key in sorted.reversed() { try await s.put(key) }
            #expect(try await s.keys() == sorted)
        },
        ObjectServiceRule("prefix and delimiter roll keys up") { s in
            try await s.createBucket()
            for key in ["a", "b/1", "b/2", "b/c/3", "d/", "e"] { try await s.put(key) }
            var request = ListObjectsV2Request(bucket: Subject.bucket, scope: ListingScope(delimiter: bytes("/")))
            let top = try await s.service.listObjectsV2(request)
            #expect(top.contents.map(\.key.text) == ["a", "e"])
            #expect(top.commonPrefixes == [bytes("b/"), bytes("d/")])
            #expect(top.keyCount == 4 && !top.isTruncated)
            request.scope.prefix = bytes("b/")
            let inside = try await s.service.listObjectsV2(request)
            #expect(inside.contents.map(\.key.text) == ["b/1", "b/2"])
            #expect(inside.commonPrefixes == [bytes("b/c/")])
        },
        ObjectServiceRule("pages of any size are the listing, and a common prefix counts once") { s in
            try await s.createBucket()
            for key in ["a", "b/1", "b/2", "b/3", "c", "d/1", "d/2", "e"] { try await s.put(key) }
            for size in 1...7 {
                var request = ListObjectsV2Request(bucket: Subject.bucket, scope: ListingScope(delimiter: bytes("/"), maxKeys: size))
                var (keys, prefixes): ([String], [[UInt8]]) = ([], [])
                repeat {
                    let page = try await s.service.listObjectsV2(request)
                    #expect(page.keyCount <= size)
                    keys += page.contents.map(\.key.text)
                    prefixes += page.commonPrefixes
                    request.continuationToken = page.nextContinuationToken
                } while request.continuationToken != nil
                #expect(keys == ["a", "c", "e"])
                #expect(prefixes == [bytes("b/"), bytes("d/")])
            }
        },
        ObjectServiceRule("a listing can begin behind any key") { s in
            try await s.createBucket()
            for key in ["a", "b", "c"] { try await s.put(key) }
            for (marker, expected) in [("", ["a", "b", "c"]), ("a", ["b", "c"]), ("aa", ["b", "c"]), ("c", []), ("z", [])] {
                var request = ListObjectsV2Request(bucket: Subject.bucket)
                request.startAfter = bytes(marker)
                #expect(try await s.service.listObjectsV2(request).contents.map(\.key.text) == expected)
            }
        },
        ObjectServiceRule("a page of nothing, and one of less than nothing") { s in
            try await s.createBucket()
            try await s.put("a")
            let none = try await s.service.listObjectsV2(
                ListObjectsV2Request(bucket: Subject.bucket, scope: ListingScope(maxKeys: 0)))
            #expect(none.contents.isEmpty && !none.isTruncated)
            await s.expect(.invalidArgument) { _ = try await s.keys(ListingScope(maxKeys: -1)) }
        },
        ObjectServiceRule("a listing of keys leaves deleted ones out, and keys that were only ever deleted") { s in
            try await s.createBucket(.enabled)
            for key in ["a", "b", "c"] { try await s.put(key) }
            try await s.delete("b")
            try await s.delete("never")
            #expect(try await s.keys() == ["a", "c"])
            #expect(try await s.keys(ListingScope(maxKeys: 2)) == ["a", "c"])
        },
        ObjectServiceRule("versions are listed by key, the newest first, across pages of any size") { s in
            try await s.createBucket(.enabled)
            for number in 0..<3 {
                for key in ["a", "b/1", "b/2", "c"] { try await s.put(key, "\(number)") }
            }
            try await s.delete("c")
            let whole = try await s.service.listObjectVersions(ListObjectVersionsRequest(bucket: Subject.bucket)).versions
            #expect(whole.map(\.key.text) == ["a", "a", "a", "b/1", "b/1", "b/1", "b/2", "b/2", "b/2", "c", "c", "c", "c"])
            #expect(whole.filter(\.isLatest).map(\.key.text) == ["a", "b/1", "b/2", "c"])
            for size in 1...14 {
                var request = ListObjectVersionsRequest(bucket: Subject.bucket, scope: ListingScope(maxKeys: size))
                var listed: [VersionEntry] = []
                repeat {
                    let page = try await s.service.listObjectVersions(request)
                    listed += page.versions
                    (request.keyMarker, request.versionIDMarker) = (page.nextKeyMarker, page.nextVersionIDMarker)
                } while request.keyMarker != nil
                #expect(listed == whole)
            }
        },
        ObjectServiceRule("common prefixes stand between versions and count once") { s in
            try await s.createBucket(.enabled)
            for key in ["a", "b/1", "b/1", "b/2", "c"] { try await s.put(key) }
            var request = ListObjectVersionsRequest(bucket: Subject.bucket, scope: ListingScope(delimiter: bytes("/"), maxKeys: 2))
            let first = try await s.service.listObjectVersions(request)
            #expect(first.versions.map(\.key.text) == ["a"])
            #expect(first.commonPrefixes == [bytes("b/")])
            #expect(first.nextKeyMarker == bytes("b/") && first.nextVersionIDMarker == nil)
            request.keyMarker = first.nextKeyMarker
            let second = try await s.service.listObjectVersions(request)
            #expect(second.versions.map(\.key.text) == ["c"] && second.commonPrefixes.isEmpty && !second.isTruncated)
        },
        ObjectServiceRule("emptying a bucket page by page passes no version over") { s in
            try await s.createBucket(.enabled)
            for number in 0..<5 {
                for key in ["a", "b", "c"] { try await s.put(key, "\(number)") }
            }
            var request = ListObjectVersionsRequest(bucket: Subject.bucket, scope: ListingScope(maxKeys: 4))
            repeat {
                let page = try await s.service.listObjectVersions(request)
                for version in page.versions { try await s.delete(version.key.text, version.versionID) }
                (request.keyMarker, request.versionIDMarker) = (page.nextKeyMarker, page.nextVersionIDMarker)
            } while request.keyMarker != nil
            #expect(try await s.versions() == [])
        },
        ObjectServiceRule("a version marker needs a key marker") { s in
            try await s.createBucket(.enabled)
            var request = ListObjectVersionsRequest(bucket: Subject.bucket)
            request.versionIDMarker = .null
            await s.expect(.invalidArgument) { [request] in _ = try await s.service.listObjectVersions(request) }
        },
    ]
}
