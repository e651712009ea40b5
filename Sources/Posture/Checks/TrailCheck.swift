import Findings

enum TrailCheck {
    static func findings(_ trail: TrailFacts, path: String) -> [Finding] {
        guard let problem = trail.problem else { return [] }
        let fix = "keep a copy of the store's folder as evidence; put the trail back from a copy, or go on with `coffer audit accept`"
        return [PostureFinding.auditTrailDamaged.finding(path, [("problem", problem)], fix: fix)]
    }
}
