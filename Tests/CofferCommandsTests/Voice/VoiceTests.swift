import Foundation
import Testing

@testable import CofferCommands

@Suite("One voice")
struct VoiceTests {
    /// Whose help is written down for a terminal of 80 columns, of which the last stays free: a line that fills it is broken.
    private static let columns = 79
    /// Names of values that are files or folders.
    private static let fileNames: Set<String> = ["file", "folder", "path", "file or target"]

    @Test("the walk meets all there is")
    func size() async throws {
        let commands = try await CommandTree.ofCoffer().all
        #expect(commands.count > 170)
        #expect(Set(commands.map(\.text)).count == commands.count)
    }

    @Test("help has an example of that very command, and the exit statuses at its end")
    func examples() async throws {
        for command in try await CommandTree.ofCoffer().all {
            let lines = try #require(command.discussion).split(separator: "\n")
            // The verb may be left out where one is the usual one.
            let names = [command.text, command.path.dropLast().joined(separator: " ")].prefix(command.words.count > 1 ? 2 : 1)
            let examples = lines.filter { $0.hasPrefix("$ ") }
            #expect(examples.contains { line in names.contains { line.contains($0) } }, "\(command.text)")
            #expect(command.discussion?.hasSuffix(ExitStatus.help) == true, "\(command.text)")
        }
    }

    @Test("commands and options that helps and topics name are there")
    func names() async throws {
        let root = try await CommandTree.ofCoffer()
        let texts = root.all.map { ($0.abstract ?? "") + "\n" + ($0.discussion ?? "") } + HelpTopic.allCases.map(\.text)
        for text in texts { #expect(root.problems(ofCommandsIn: text) == []) }
    }

    @Test(
        "a command or an option that is not there is found",
        arguments: ["$ coffer key frob", "`coffer key list --frob`", "$ x | coffer rm -z a"])
    func strangers(text: String) async throws {
        #expect(try await CommandTree.ofCoffer().problems(ofCommandsIn: text).count == 1)
    }

    @Test("help fits a narrow terminal as it is written, and abstracts are sentences")
    func widths() async throws {
        for command in try await CommandTree.ofCoffer().all {
            let abstract = try #require(command.abstract)
            #expect(abstract.first?.isUppercase == true && abstract.hasSuffix("."), "\(command.text)")
            for line in (command.discussion ?? "").split(separator: "\n") {
                #expect(line.count <= Self.columns, "\(command.text): \(line)")
            }
        }
        for topic in HelpTopic.allCases {
            let lines = topic.text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count <= 42, "\(topic) is longer than a screen")
            // Nobody breaks their lines.
            for line in lines { #expect(line.count <= Self.columns + 1, "\(topic): \(line)") }
        }
    }

    @Test("every command that does something takes --json, --quiet and --no-color")
    func options() async throws {
        for command in try await CommandTree.ofCoffer().all where !command.isNoun {
            #expect(command.options.isSuperset(of: ["--json", "--quiet", "-q", "--no-color", "--help"]), "\(command.text)")
        }
    }

    @Test("files, keys, buckets and URLs are completed, whatever command they are given to")
    func completions() async throws {
        for command in try await CommandTree.ofCoffer().all {
            for argument in command.arguments ?? [] where argument.kind != "flag" {
                let name = argument.valueName ?? ""
                let kind = argument.completionKind?.keys.first
                let place = "\(command.text) \(argument.names?.first?.text ?? name)"
                // A path in a manifest is none of a file.
                if Self.fileNames.contains(name), command.text != "coffer manifest prove" || argument.kind != "positional" {
                    #expect(["file", "directory"].contains(kind), "\(place)")
                }
                let isOfStore = ["url", "bucket", "source", "key"].contains(name)
                if isOfStore, !Self.namesNoStore(place) { #expect(kind == "custom", "\(place)") }
            }
        }
    }

    /// `--key` of `object VERB` is an object's; `cp` takes files as well, and the script for bash adds the URLs.
    private static func namesNoStore(_ place: String) -> Bool {
        place.hasPrefix("coffer object") && place.hasSuffix("--key") || place.hasSuffix("--proxy") || place.hasPrefix("coffer cp ")
    }

    @Test("--help goes to stdout, and has nothing that a terminal would act on")
    func help() async throws {
        let fixture = try CommandFixture()
        for command in try await CommandTree.ofCoffer().all {
            let outcome = try await fixture.expect(command.words + ["--help"])
            #expect(outcome.errors.isEmpty && outcome.text.hasPrefix("OVERVIEW: "), "\(command.text)")
            #expect(!outcome.text.contains("\u{1B}"), "\(command.text)")
            // A topic that is named as a command says more than the command's help.
            guard command.words.count > 1 || command.words.allSatisfy({ HelpTopic(rawValue: $0) == nil }) else { continue }
            #expect(try await fixture.expect(["help"] + command.words).text == outcome.text, "\(command.text)")
        }
    }

    @Test("an unknown option is a usage error on stderr, as text and as JSON")
    func usage() async throws {
        let fixture = try CommandFixture()
        for command in try await CommandTree.ofCoffer().all where !command.isNoun {
            let outcome = try await fixture.expect(command.words + ["--no-such-option"], .usage)
            #expect(outcome.errors.hasPrefix("error: "), "\(command.text): \(outcome.errors)")
            let error = try await fixture.expect(command.words + ["--no-such-option", "--json"], .usage).error
            #expect(error["code"] as? String == "UsageError" && error["message"] is String, "\(command.text)")
        }
        #expect(!fixture.exists("home"))
    }
}
