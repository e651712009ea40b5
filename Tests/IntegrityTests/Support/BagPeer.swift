import SystemPackage
import TestSupport
import Testing

/// PyPI's `bagit`, which the Library of Congress maintains.
enum BagPeer {
    static let isInstalled = Command.pythonHas("bagit")

    /// Whether it calls a bag valid; and what it says else.
    static func validate(_ bag: FilePath) throws -> (isValid: Bool, reason: String) {
        let script = """
            import sys, logging, bagit
            logging.disable(logging.CRITICAL)
            try:
                bagit.Bag(sys.argv[1]).validate()
            except bagit.BagError as error:
                print(type(error).__name__, error)
                sys.exit(1)
            """
        let result = try run(script, [bag.string])
        return (result.succeeded, result.everything)
    }

    /// Lets it turn a folder into a bag.
    static func make(_ folder: FilePath, _ algorithms: [String]) throws {
        let script = """
            import sys, bagit
            bagit.make_bag(sys.argv[1], {"Contact-Name": "Ann", "Description": "word " * 40}, checksums=sys.argv[2:])
            """
        let result = try run(script, [folder.string] + algorithms)
        guard result.succeeded else { throw Failure(text: result.everything) }
    }

    private static func run(_ script: String, _ arguments: [String]) throws -> Command.Result {
        try Command.run(try #require(Command.python), ["-W", "ignore", "-c", script] + arguments)
    }

    struct Failure: Error { let text: String }
}
