/// Servers for which remedies are spelt out.
enum ServerProduct: String, CaseIterable {
    case nginx, apache = "Apache", haproxy = "HAProxy", caddy = "Caddy", postfix = "Postfix", java = "Java"
}
