import Testing

@testable import Integrity

@Suite("Limits of the lists of bags")
struct BagListBudgetTests {
    /// The first is just enough.
    @Test(
        "all lists of a bag share one budget, and what is beyond it is said",
        arguments: [
            (BagListBudget(byteCount: 133, entryCount: 3, manifestCount: 2), []),
            (BagListBudget(byteCount: 132, entryCount: 3, manifestCount: 2), ["too-large tagmanifest-md5.txt"]),
            (
                BagListBudget(byteCount: 39, entryCount: 3, manifestCount: 2),
                ["no-manifest", "too-large manifest-md5.txt", "too-large tagmanifest-md5.txt"]
            ),
            (BagListBudget(byteCount: 133, entryCount: 2, manifestCount: 2), ["too-large tagmanifest-md5.txt"]),
            (BagListBudget(byteCount: 133, entryCount: 3, manifestCount: 1), ["too-large tagmanifest-md5.txt"]),
        ])
    func budget(budget: BagListBudget, wrongs: [String]) throws {
        let fixture = try BagFixture()
        let folder = try BagFolder(try fixture.bag(lists: BagValidatorTests.lists))
        let sizes = try ["manifest-md5.txt", "tagmanifest-md5.txt"].map { try fixture.read(Array("bag/\($0)".utf8)).count }
        #expect(sizes == [40, 93], "what the budgets are made for")
        var examination = BagExamination(try BagTree(of: folder), in: folder, budget)
        examination.examineForm(needsOxum: false)
        #expect(examination.report.wrongs == wrongs)
    }

    @Test("entries of an algorithm that is not known are checked and counted, and not kept; a list of files to fetch counts, too")
    func unknownAlgorithm() throws {
        let fixture = try BagFixture()
        let lists = ["manifest-blake3.txt": "00  data/a\n01  data/../x\n", "manifest-md5.txt": "= data/a\n"]
        let files = ["data/a": "A", "fetch.txt": "https://example.org/a 1 data/a\nhttps://example.org/b 1 data/b\n"]
        let folder = try BagFolder(try fixture.bag(files: files, lists: lists))
        for (entryCount, isEnough) in [(4, true), (3, false)] {
            var examination = BagExamination(try BagTree(of: folder), in: folder, BagListBudget(entryCount: entryCount))
            examination.examineForm(needsOxum: false)
            #expect(examination.manifests.map(\.manifest.entries.count) == [0, 1])
            #expect(examination.manifests.map(\.manifest.entryCount) == [1, 1])
            #expect(examination.report.wrongs.contains("unsafe-path manifest-blake3.txt"))
            #expect(examination.report.wrongs.contains("too-large fetch.txt") == !isEnough)
            #expect(examination.fetch?.entries.count == (isEnough ? 2 : 1))
        }
    }

    @Test("a bag with more manifests than anybody makes is not valid, and not all of them are read")
    func manyManifests() async throws {
        let fixture = try BagFixture()
        let names = (0...BagLimits.maximumManifestCount).map { "manifest-x\($0 + 100).txt" }
        let bag = try fixture.bag(lists: Dictionary(uniqueKeysWithValues: names.map { ($0, "00  data/a\n") }))
        let report = try await BagValidator().validate(bag)
        let unread = "too-large \(names[BagLimits.maximumManifestCount])"
        #expect(report.wrongs == [unread] + names.dropLast().map { "unsupported-algorithm \($0)" })
        #expect(report.algorithms.count == BagLimits.maximumManifestCount)
    }
}
