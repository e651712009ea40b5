import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// A well-formed document as a tree, read by libxml2.
struct XMLTree {
    final class Element {
        let name: String
        let attributes: [String: String]
        fileprivate(set) var text = ""
        fileprivate(set) var children: [Element] = []

        init(_ name: String, _ attributes: [String: String]) {
            self.name = name
            self.attributes = attributes
        }

        /// This element and all below it, in the document's order.
        var everything: [Element] { [self] + children.flatMap(\.everything) }

        func all(_ name: String) -> [Element] { everything.filter { $0.name == name } }
    }

    struct NotWellFormed: Error { let line: Int }

    let root: Element

    init(_ bytes: [UInt8]) throws {
        let parser = XMLParser(data: Data(bytes))
        let builder = Builder()
        parser.delegate = builder
        guard parser.parse(), let root = builder.root else { throw NotWellFormed(line: parser.lineNumber) }
        self.root = root
    }

    private final class Builder: NSObject, XMLParserDelegate {
        private(set) var root: Element?
        private var open: [Element] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]
        ) {
            let element = Element(name, attributes)
            open.last?.children.append(element)
            if root == nil { root = element }
            open.append(element)
        }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) { open.removeLast() }

        func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }
    }
}
