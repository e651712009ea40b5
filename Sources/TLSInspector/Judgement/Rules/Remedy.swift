internal import Findings

/// What to do about a finding: in a sentence, and as the lines of configuration that do it.
struct Remedy: Sendable {
    /// One line for one server.
    struct Line: Sendable {
        let product: ServerProduct
        let text: String

        init(_ product: ServerProduct, _ text: String) {
            self.product = product
            self.text = text
        }
    }

    let summary: String
    let lines: [Line]

    init(_ summary: String, _ lines: [Line] = []) {
        self.summary = summary
        self.lines = lines
    }

    /// The same lines under another sentence.
    func saying(_ summary: String) -> Remedy { Remedy(summary, lines) }

    var configurations: [Configuration] { lines.map { Configuration($0.product.rawValue, $0.text) } }
}
