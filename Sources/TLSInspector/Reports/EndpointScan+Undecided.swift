extension EndpointScan {
    /// What was to be found out and could not be: the name of each fact, with the reason. Empty for a scan that is complete.
    public func undecidedFacts() throws(ReportError) -> [(path: String, reason: Undecided)] {
        try FactPaths(self).facts.compactMap { fact in fact.undecided.map { (fact.path, $0) } }
    }
}
