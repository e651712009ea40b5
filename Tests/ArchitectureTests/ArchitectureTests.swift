import Testing

/// The modules keep to their floors. The compiler checks that an import is a dependency in `Package.swift`; this checks that it may be one.
@Suite("The floors of the house")
struct ArchitectureTests {
    /// What belongs to the language and the C library; nothing is hidden behind it, and any module may import it.
    private static let everywhere: Set<String> = ["Darwin", "Glibc", "Musl", "Synchronization"]

    private let sources: SourceModules
    private let document: ArchitectureDocument

    init() throws {
        sources = try SourceModules.read.get()
        document = try ArchitectureDocument()
    }

    @Test("all modules are in the drawing and in the table, and no others")
    func complete() {
        #expect(sources.files.count >= 14)
        #expect(Set(document.rows.keys) == Set(sources.files.keys), "the table in \(ArchitectureDocument.path)")
        let drawn = Set(document.floors.keys)
        #expect(drawn.subtracting(sources.foreign) == Set(sources.files.keys), "the drawing in \(ArchitectureDocument.path)")
    }

    @Test("a module imports what the table says, and the table says nothing that is not so")
    func table() {
        for (module, files) in sources.files {
            guard let row = document.rows[module] else { continue }  // Missed by the test above.
            let house = row.mayImportHouse ? Set(sources.files.keys).subtracting([module]) : []
            let allowed = row.imports.union(house).union(Self.everywhere)
            for file in files {
                let forbidden = file.imports.subtracting(allowed).sorted()
                #expect(
                    forbidden.isEmpty, "\(file.path) imports \(forbidden), which \(ArchitectureDocument.path) does not let \(module) do")
            }
            let unused = row.imports.subtracting(sources.imports(of: module)).sorted()
            #expect(unused.isEmpty, "\(ArchitectureDocument.path) says that \(module) imports \(unused), and no file of it does")
        }
    }

    @Test("every arrow leads to a lower floor")
    func floors() {
        for module in sources.files.keys {
            for imported in sources.imports(of: module).intersection(sources.files.keys) {
                guard let from = document.floors[module], let to = document.floors[imported] else { continue }  // Missed above.
                #expect(to < from, "\(module) on floor \(from) imports \(imported) on floor \(to)")
            }
        }
    }

    // Not read from a document: whoever wants to loosen these has to say so here.

    @Test("KeyStore knows no Foundation, no database, no network and no logger")
    func keyStore() {
        for file in sources.files["KeyStore", default: []] {
            let allowed: Set<String> = ["AgeFormat", "AuditTrail", "OpenSSL", "Synchronization"]
            // The clock alone asks the system for something.
            let system: Set<String> = file.path == "KeyStore/Time/SystemClock.swift" ? ["Darwin", "Glibc"] : []
            let forbidden = file.imports.subtracting(allowed).subtracting(system).sorted()
            #expect(forbidden.isEmpty, "\(file.path) imports \(forbidden)")
        }
    }

    @Test(
        "some modules are for one other module",
        arguments: [
            ("COpenSSL", "OpenSSL"), ("COpenSSLShims", "OpenSSL"), ("CChecksums", "Checksums"), ("CEnvelopeShims", "Envelope"),
            ("CIntegrityShims", "Integrity"), ("CCurlShims", "TLSInspector"), ("NIOCore", "TLSInspector"),
            ("NIOPosix", "TLSInspector"), ("CQREncode", "CofferCommands"), ("ArgumentParser", "CofferCommands"),
        ])
    func single(imported: String, importer: String) {
        for (module, files) in sources.files where module != importer {
            for file in files { #expect(!file.imports.contains(imported), "\(file.path) imports \(imported)") }
        }
        #expect(sources.imports(of: importer).contains(imported))
    }

    @Test(
        "Foundation's network and XML are nowhere, and no other cryptography is",
        arguments: ["FoundationNetworking", "FoundationXML", "Crypto", "CryptoKit"])
    func nowhere(imported: String) {
        for file in sources.files.values.joined() { #expect(!file.imports.contains(imported), "\(file.path) imports \(imported)") }
    }
}

@Suite("Finding imports")
struct ImportLineTests {
    @Test(
        "an import is found in every form",
        arguments: [
            "import Foundation", "public import Foundation", "    import Foundation", "@preconcurrency import Foundation",
            "@testable @preconcurrency internal import Foundation", "@_spi(Internal) package import Foundation",
            "import struct Foundation.Data", "public import class Foundation.FileManager", "import Foundation // for Data",
            "import Foundation.NSData", "import Foundation;", "\timport\tFoundation ",
        ])
    func found(line: String) {
        #expect(ImportLine.module(of: line) == "Foundation")
    }

    @Test(
        "what is no import is none",
        arguments: [
            "// import Foundation", "/// import Foundation", "let x = \"import Foundation\"", "importantly Foundation", "import", "",
            "func import_it() {}",
        ])
    func none(line: String) {
        #expect(ImportLine.module(of: line) == nil)
    }
}
