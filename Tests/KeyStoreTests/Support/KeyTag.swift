import KeyStore

/// Swift Testing has a `Tag`, too.
typealias KeyTag = KeyStore.Tag
