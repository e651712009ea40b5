import COpenSSL

/// From libcrypto's strings, times and identifiers to values of ours.
enum ASN1Value {
    /// The content of an ASN.1 string.
    static func bytes(_ string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        guard let string = unsafe string, let data = unsafe ASN1_STRING_get0_data(string) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: data, count: Int(ASN1_STRING_length(string))))
    }

    /// What one of the i2d functions writes. It is called twice, first for the length.
    static func der(_ operation: Operation, _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) throws(OpenSSLError)
        -> [UInt8]
    {
        let count = write(nil)
        guard count > 0 else { throw operation.failure(.libraryFailure) }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        let written = unsafe bytes.withUnsafeMutableBytes { buffer in
            var position = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return unsafe write(&position)
        }
        guard written == count else { throw operation.failure(.libraryFailure) }
        return bytes
    }

    /// One whole object from its DER, by one of the d2i functions.
    static func read(
        _ der: [UInt8], limit: Int, _ operation: Operation,
        _ parse: (UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, Int) -> OpaquePointer?,
        free: @escaping (OpaquePointer?) -> Void
    ) throws(OpenSSLError) -> Owned {
        try operation.require(der.count <= limit, "more than \(limit) bytes")
        var readCount = 0
        let parsed = unsafe der.withUnsafeBytes { buffer -> OpaquePointer? in
            let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            var position = unsafe start
            let object = unsafe parse(nil, &position, buffer.count)
            if let start = unsafe start, let position = unsafe position { readCount = unsafe position - start }
            return unsafe object
        }
        let owned = try unsafe Owned(operation.check(parsed, else: .invalidInput), release: free)
        Operation.discardErrors()
        try operation.require(readCount == der.count, "there are bytes behind it")
        return owned
    }

    /// A UTCTime or GeneralizedTime (RFC 5280 §4.1.2.5) in seconds since 1970.
    static func seconds(_ time: UnsafePointer<ASN1_TIME>?, _ operation: Operation) throws(OpenSSLError) -> Int64 {
        var days: Int32 = 0
        var seconds: Int32 = 0
        let epoch = unsafe ASN1_TIME_set(nil, 0)
        defer { unsafe ASN1_STRING_free(epoch) }
        // A time that is absent would be taken for now.
        guard let time = unsafe time, unsafe epoch != nil, unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else {
            throw operation.failure(.invalidInput)
        }
        return Int64(days) * 86_400 + Int64(seconds)
    }

    /// An object identifier in dots.
    static func oid(_ object: OpaquePointer?) -> String {
        guard let object = unsafe object else { return "" }
        // Longer ones are cut off by libcrypto's own limit long before: no honest one has 512 letters.
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { text in
            guard let start = text.baseAddress, unsafe OBJ_obj2txt(start, Int32(text.count), object, 1) > 0 else { return "" }
            return unsafe String(cString: start)
        }
    }

    /// libcrypto's long name of an object, or the identifier in dots.
    static func longName(_ object: OpaquePointer?) -> String {
        let nid = unsafe OBJ_obj2nid(object)
        guard nid != NID_undef, let name = unsafe OBJ_nid2ln(nid) else { return unsafe oid(object) }
        return unsafe String(cString: name)
    }
}
