import Foundation
import TestSupport

/// As much of JSON Schema as `Docs/Schemas` uses: type, required, properties, items, enum, minimum, and references inside the file.
/// Members that the schema does not name are errors, so that neither the schema nor the reporter can be changed alone.
struct SchemaCheck {
    private let root: [String: Any]

    init(file: String) throws {
        let value = try JSONSerialization.jsonObject(with: Data(contentsOf: Repository.url("Docs/Schemas/\(file)")))
        self.root = value as? [String: Any] ?? [:]
    }

    /// - Returns: what is wrong, empty when nothing is.
    func problems(_ value: Any) -> [String] { problems(value, root, "$") }

    private func problems(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            let target = reference.dropFirst(2).split(separator: "/").reduce(root as Any) { ($0 as? [String: Any])?[String($1)] as Any }
            guard let target = target as? [String: Any] else { return ["\(path): \(reference) leads nowhere"] }
            return problems(value, target, path)
        }
        if let allowed = schema["enum"] as? [String] {
            return (value as? String).map(allowed.contains) == true ? [] : ["\(path): not one of \(allowed)"]
        }
        switch schema["type"] as? String {
        case "string": return value is String ? [] : ["\(path): not a string"]
        case "integer":
            let minimum = schema["minimum"] as? Int ?? .min
            return (value as? Int).map { $0 >= minimum } == true ? [] : ["\(path): not an integer from \(minimum)"]
        case "array":
            guard let elements = value as? [Any], let items = schema["items"] as? [String: Any] else { return ["\(path): not an array"] }
            return elements.enumerated().flatMap { problems($1, items, "\(path)[\($0)]") }
        case "object":
            guard let members = value as? [String: Any], let properties = schema["properties"] as? [String: [String: Any]] else {
                return ["\(path): not an object"]
            }
            let missing = (schema["required"] as? [String] ?? []).filter { members[$0] == nil }.map { "\(path): no \($0)" }
            return missing
                + members.flatMap { name, member in
                    properties[name].map { problems(member, $0, "\(path).\(name)") } ?? ["\(path).\(name): not in the schema"]
                }
        default: return ["\(path): a schema without a type"]
        }
    }
}
