import java.io.FileInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// A server of Java's own TLS for the lab: protocols and suites as asked for, one thread for each connection.
///
///     java -Djava.security.properties=FILE JSSEServer.java PORT KEYSTORE PROTOCOLS SUITES CLIENTS
///
/// SUITES is a list with commas, `ALL` for all that Java supports, or `DEFAULT`; CLIENTS is `none`, `want` or `need`.
public final class JSSEServer {
    private static final char[] PASSWORD = "lab".toCharArray();

    public static void main(String[] arguments) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream input = new FileInputStream(arguments[1])) {
            store.load(input, PASSWORD);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        KeyStore authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, PASSWORD);
        java.security.cert.Certificate[] chain = store.getCertificateChain("lab");
        authorities.setCertificateEntry("authority", chain[chain.length - 1]);
        trust.init(authorities);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);

        int port = Integer.parseInt(arguments[0]);
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, 64, loopback);
        listener.setEnabledProtocols(arguments[2].split(","));
        if (arguments[3].equals("ALL")) {
            listener.setEnabledCipherSuites(listener.getSupportedCipherSuites());
        } else if (!arguments[3].equals("DEFAULT")) {
            listener.setEnabledCipherSuites(arguments[3].split(","));
        }
        listener.setWantClientAuth(arguments[4].equals("want"));
        if (arguments[4].equals("need")) {
            listener.setNeedClientAuth(true);
        }
        while (true) {
            SSLSocket connection = (SSLSocket) listener.accept();
            Thread thread = new Thread(() -> answer(connection));
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void answer(SSLSocket connection) {
        try (connection) {
            connection.setSoTimeout(20_000);
            connection.startHandshake();
            byte[] request = new byte[4096];
            if (connection.getInputStream().read(request) > 0) {
                connection.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlab\n".getBytes(StandardCharsets.US_ASCII));
                connection.getOutputStream().flush();
            }
        } catch (java.io.IOException failure) {
            System.err.println(failure.getMessage());
        }
    }
}
