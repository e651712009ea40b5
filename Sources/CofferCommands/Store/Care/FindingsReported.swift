import Findings

/// A check was carried out and found something: no failure of the command, but its exit status says so.
struct FindingsReported: Error {
    let status: ExitStatus
    let code: String
    let message: String
    let hint: String?
}
