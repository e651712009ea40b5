import OpenSSL

/// The class of the error that `body` ends with; nil if it ends without.
func failure(_ body: () throws -> Void) throws -> OpenSSLError.Code? {
    do {
        try body()
        return nil
    } catch let error as OpenSSLError {
        return error.code
    }
}
