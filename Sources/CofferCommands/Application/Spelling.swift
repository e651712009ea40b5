/// Which of the words that would be understood is most like one that is not.
enum Spelling {
    /// A word of this many characters may have one mistake, one of twice as many two.
    private static let charactersPerMistake = 3
    /// From this many characters on, the beginning of a word stands for it.
    private static let shortestBeginning = 2

    /// - Returns: those with the fewest mistakes; without any that is near enough, those that begin so.
    static func closest(to word: String, among candidates: [String]) -> [String] {
        let limit = max(1, word.count / charactersPerMistake)
        let distances = candidates.map { ($0, distance(word, $0)) }
        let least = distances.map(\.1).min() ?? Int.max
        guard least > limit || least >= word.count else { return distances.filter { $0.1 == least }.map(\.0) }
        return word.count >= shortestBeginning ? candidates.filter { $0.hasPrefix(word) } : []
    }

    /// How many characters have to be put in, left out, replaced, or exchanged with their neighbours (optimal string alignment).
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
