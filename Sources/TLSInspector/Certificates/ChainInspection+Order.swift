extension ChainInspection {
    /// What is wrong with the list that the peer sent (RFC 8446 §4.4.2), apart from the path.
    func order(_ sent: [ChainMember], _ path: CertificatePath, _ visited: Set<String>) -> [ChainProblem] {
        var problems: [ChainProblem] = []
        let places = path.members.compactMap { member -> Int? in
            // A trusted certificate that was sent too is on the path as the trusted one.
            sent.first { $0.fingerprint == member.fingerprint }?.place
        }
        if let index = places.indices.dropFirst().first(where: { places[$0] < places[$0 - 1] }),
            let member = sent.first(where: { $0.place == places[index] })
        {
            let text =
                "\(member.title) is certificate \(places[index] + 1) of the chain and comes before what it signed: the order is wrong."
            problems.append(member.problem(.wrongOrder, text))
        }
        for member in sent.dropFirst() {
            let number = (member.place ?? 0) + 1
            if !visited.contains(member.fingerprint) {
                let text = "\(member.title) (number \(number) of the chain) leads nowhere and is not needed."
                problems.append(member.problem(.unneededCertificate, text))
            } else if member.isSelfIssued, member.facts.isSelfSigned {
                let text =
                    "\(member.title) (number \(number) of the chain) is a root, which clients have or do not trust: it need not be sent."
                problems.append(member.problem(.rootSent, text))
            }
        }
        return problems
    }

    /// Gaps that were filled with what the peer did not send.
    func completion(_ path: CertificatePath) -> [ChainProblem] {
        var problems: [ChainProblem] = []
        for (member, signed) in zip(path.members.dropFirst(), path.members) where member.source == .extra && !member.isSelfIssued {
            let urls = signed.facts.issuerURLs
            let place = urls.isEmpty ? "" : " (it can be had at \(urls.joined(separator: ", ")))"
            let text = "\(member.title) is needed to reach a root and was not sent\(place)."
            problems.append(member.problem(.missingIntermediate, text))
        }
        return problems
    }
}

extension ChainMember {
    /// In the list that was sent, from 0; nil if it was not.
    var place: Int? {
        guard case .sent(let place) = source else { return nil }
        return place
    }
}
