import Envelope
import FileFaults
import Foundation
import OpenSSL
import SystemPackage
import Testing

@testable import Integrity

@Suite("What runs that were cut off leave in a folder")
struct BagLeftoverTests {
    private static let work = "in/\(BagCreator.workName)"

    /// A folder in which a run was cut off when `b` had been moved and `a` had not, and the tag files of the bag.
    private func cutOff(_ version: BagVersion = .v10, _ algorithms: [DigestAlgorithm] = [.sha256]) async throws -> BagFixture {
        let fixture = try BagFixture()
        // A name that stands before a slash in the order of bytes, but behind the end of a name in that of a walk.
        for (name, text) in [("a", "A"), ("b/c", "C"), ("b-d", "D")] {
            try fixture.write(text, to: "in/\(name)")
            try fixture.write(text, to: "whole/\(name)")
        }
        _ = try await BagCreator(BagFixture.options(version, algorithms)).convert(fixture.path("whole"))
        for name in try fixture.names("whole") where name != "data" {
            try fixture.write(try fixture.text("whole/\(name)"), to: "\(Self.work)/\(name)")
        }
        mkdir(fixture.path("\(Self.work)/data").string, 0o700)
        #expect(rename(fixture.path("in/b").string, fixture.path("\(Self.work)/data/b").string) == 0)
        return fixture
    }

    private func contents(_ fixture: BagFixture) throws -> [[UInt8]: [UInt8]] {
        Dictionary(uniqueKeysWithValues: try fixture.files("in").map { ($0, try fixture.read($0)) })
    }

    @Test(
        "it goes on with versions and algorithms as they were asked for", arguments: [BagVersion.v097, .v10],
        [[DigestAlgorithm.sha256], [.sha512, .md5], [.md5, .sha1, .sha256]])
    func resumed(version: BagVersion, algorithms: [DigestAlgorithm]) async throws {
        let fixture = try await cutOff(version, algorithms)
        let creation = try await BagCreator(BagFixture.options()).convert(fixture.path("in"))
        #expect(creation.isResumed && creation.payload == PayloadOxum(byteCount: 3, fileCount: 3))
        #expect(try await BagValidator().validate(fixture.path("in")).problems == [])
        #expect(try fixture.names("in") == fixture.names("whole"))
        for name in try fixture.names("in") where name != "data" {
            #expect(try fixture.text("in/\(name)") == fixture.text("whole/\(name)"))
        }
    }

    /// One thing that no run leaves.
    enum Fault: String, CaseIterable {
        case declarationAlone, anotherFile, aFolder, aLink, manifestOfAnotherFile, manifestOfAnotherContent, absentFile, addedFile
        case changedFile, noManifest, noTagManifest, noInfo, wrongOxum, noOxum, secondManifest, declarationBeside, nameInBoth
        case draft, noPayload, tagTwice
    }

    private func apply(_ fault: Fault, to fixture: BagFixture) throws {
        let work = Self.work
        func edit(_ name: String, _ text: String, _ other: String) throws {
            let before = try fixture.text("\(work)/\(name)")
            #expect(before.contains(text))
            try fixture.write(before.replacingOccurrences(of: text, with: other), to: "\(work)/\(name)")
        }
        func remove(_ name: String) throws { try fixture.remove(Array(name.utf8)) }
        switch fault {
        case .declarationAlone:
            for name in try fixture.names(work) where name.hasSuffix(".txt") && name != "bagit.txt" { try remove("\(work)/\(name)") }
        case .anotherFile: try fixture.write("x", to: "\(work)/notes.txt")
        case .aFolder: try fixture.write("x", to: "\(work)/more/x")
        case .aLink:
            try fixture.write(try fixture.text("\(work)/bag-info.txt"), to: "info")
            try remove("\(work)/bag-info.txt")
            try fixture.link("\(work)/bag-info.txt", to: "../../info")
        case .manifestOfAnotherFile: try edit("manifest-sha256.txt", "data/a\n", "data/z\n")
        case .manifestOfAnotherContent: try edit("manifest-sha256.txt", "5", "6")
        case .absentFile: try remove("in/a")
        case .addedFile: try fixture.write("x", to: "\(work)/data/x")
        case .changedFile: try fixture.write("B", to: "in/a")
        case .noManifest: try remove("\(work)/manifest-sha256.txt")
        case .noTagManifest: try remove("\(work)/tagmanifest-sha256.txt")
        case .noInfo: try remove("\(work)/bag-info.txt")
        case .wrongOxum: try edit("bag-info.txt", "3.3", "3.4")
        case .noOxum: try edit("bag-info.txt", "Payload-Oxum: 3.3\n", "")
        case .secondManifest: try fixture.write("", to: "\(work)/manifest-md5.txt")
        case .declarationBeside: try fixture.write(try fixture.text("\(work)/bagit.txt"), to: "in/bagit.txt")
        case .nameInBoth: try fixture.write("x", to: "\(work)/data/a")
        case .draft: try edit("bagit.txt", "1.0", "0.95")
        case .noPayload: #expect(rename(fixture.path("\(work)/data").string, fixture.path("elsewhere").string) == 0)
        case .tagTwice:
            for name in ["a", "b-d"] {
                #expect(rename(fixture.path("in/\(name)").string, fixture.path("\(work)/data/\(name)").string) == 0)
            }
            #expect(rename(fixture.path("\(work)/data").string, fixture.path("in/data").string) == 0)
            try fixture.write(try fixture.text("\(work)/manifest-sha256.txt"), to: "in/manifest-sha256.txt")
        }
    }

    @Test("what no run can have left is refused with its name, and stays as it is", arguments: Fault.allCases)
    func refused(fault: Fault) async throws {
        let fixture = try await cutOff()
        try apply(fault, to: fixture)
        let before = try contents(fixture)
        let error = await #expect(throws: IntegrityError.self) {
            try await BagCreator(BagFixture.options()).convert(fixture.path("in"))
        }
        #expect(error?.code == .unwritable)
        let message = error?.message ?? ""
        #expect(message.hasPrefix("\(fixture.path(Self.work)): is not what an earlier run leaves"), "\(message)")
        #expect(try contents(fixture) == before)
    }

    @Test(
        "a work folder that came with a folder is not removed with what is in it",
        arguments: ["notes.txt", "manifest-md5.txt/x", "data/x"])
    func foreign(name: String) async throws {
        let fixture = try BagFixture()
        try fixture.write("A", to: "in/a")
        try fixture.write("precious", to: "\(Self.work)/\(name)")
        let before = try contents(fixture)
        await #expect(throws: IntegrityError(.unwritable, "")) { try await BagCreator(BagFixture.options()).convert(fixture.path("in")) }
        #expect(try contents(fixture) == before)
    }

    @Test("a declaration that was not written to its end was followed by no move, and all is made again", arguments: [0, 5, 40])
    func torn(count: Int) async throws {
        let fixture = try BagFixture()
        try fixture.write("A", to: "in/a")
        mkdir(fixture.path(Self.work).string, 0o700)
        mkdir(fixture.path("\(Self.work)/data").string, 0o700)
        try fixture.write(Array(BagDeclaration(version: .v10).bytes.prefix(count)), to: Array("\(Self.work)/bagit.txt".utf8))
        let creation = try await BagCreator(BagFixture.options()).convert(fixture.path("in"))
        #expect(!creation.isResumed && creation.payload == PayloadOxum(byteCount: 1, fileCount: 1))
        #expect(try await BagValidator().validate(fixture.path("in")).problems == [])
    }

    @Test("who adds a file to the payload while it is put in place is told that the bag is not whole")
    func changedMeanwhile() async throws {
        let fixture = try await cutOff()
        let added = fixture.path("in/data/x")
        let calls = FaultyCalls(before: { call in
            // The first entry that is moved this way is a tag file: the payload is in its place.
            if call == .rename { close(creat(added.string, 0o600)) }
        })
        let error = await #expect(throws: IntegrityError.self) {
            try await BagCreator(BagFixture.options(), monitor: BagMonitor(), calls: calls).convert(fixture.path("in"))
        }
        #expect(
            error?.code == .changedMeanwhile && error?.message.contains("was changed while it was made a bag") == true,
            "\(error?.message ?? "")")
    }
}
