extension EndpointScan {
    /// What was to be found out and could not be: the name of each fact, with the reason. Empty for a scan that is complete.
    public func undecidedFacts() throws(ReportError) -> [(path: String, reason: Undecided)] {
        var facts = try FactPaths(self).facts.compactMap { fact in fact.undecided.map { (fact.path, $0) } }
        guard failure == nil else { return facts }
        let view = ScanView(scan: self, context: JudgementContext(time: 0))
        if view.lacksFiniteField {
            facts.append(("keyExchange.finiteField", Undecided(.protocolError, "DHE is offered, and no group of it could be read")))
        }
        if view.lacksChain { facts.append(("chains", Undecided(.protocolError, "certificates are used, and none could be read"))) }
        return facts
    }
}
