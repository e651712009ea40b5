import COpenSSL

/// Named values for libcrypto, an OSSL_PARAM array.
///
/// It points at what it names and copies nothing: the caller keeps the memory alive until the call that reads it has
/// returned. Names and texts are static, so only octets and numbers ask for that care.
@unsafe
struct Parameters {
    private var list: [OSSL_PARAM]

    init(capacity: Int) {
        unsafe list = []
        unsafe list.reserveCapacity(capacity + 1)
    }

    mutating func append(_ name: StaticString, text: StaticString) {
        let value = unsafe UnsafeMutablePointer(mutating: text.cString)
        unsafe list.append(OSSL_PARAM_construct_utf8_string(name.cString, value, text.utf8CodeUnitCount))
    }

    mutating func append(_ name: StaticString, octets: UnsafeRawBufferPointer) {
        // A value without octets still needs an address, which is then not read.
        let address = unsafe octets.baseAddress ?? UnsafeRawPointer(name.utf8Start)
        unsafe list.append(OSSL_PARAM_construct_octet_string(name.cString, UnsafeMutableRawPointer(mutating: address), octets.count))
    }

    mutating func append(_ name: StaticString, number: UnsafeMutablePointer<UInt64>) {
        unsafe list.append(OSSL_PARAM_construct_uint64(name.cString, number))
    }

    /// Ends the array and lends it.
    consuming func withPointer<R>(_ body: (UnsafeMutablePointer<OSSL_PARAM>?) -> R) -> R {
        unsafe list.append(OSSL_PARAM_construct_end())
        return unsafe list.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress) }
    }
}
