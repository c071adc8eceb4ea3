package io.headrace.redis;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Speaks TLS in front of a server, with a certificate that it signed itself. */
final class TlsServer implements AutoCloseable {

    private static final String PASSWORD = "changeit";

    private final Vertx vertx = Vertx.vertx();
    private final int port;
    private final Path certificate;
    private final Path key;

    /**
     * @param name in the certificate, for example dns:localhost
     * @param clientsToo whether clients must show the same certificate
     */
    TlsServer(Path folder, String name, int target, boolean clientsToo) {
        certificate = folder.resolve("certificate.pem");
        key = folder.resolve("key.pem");
        makeCertificate(folder, name);
        NetServerOptions options = new NetServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(certificate.toString())
                        .setKeyPath(key.toString()))
                // without it the platform's authorities are read from disk, on an event loop
                .setTrustOptions(new PemTrustOptions().addCertPath(certificate.toString()));
        if (clientsToo) {
            options.setClientAuth(ClientAuth.REQUIRED);
        }
        NetClient client = vertx.createNetClient();
        NetServer server = vertx.createNetServer(options).connectHandler(from -> {
            from.pause();
            client.connect(target, "127.0.0.1").onComplete((to, error) -> {
                if (error != null) {
                    from.close();
                } else {
                    from.pipeTo(to);
                    to.pipeTo(from);
                }
            });
        });
        port = join(server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture())
                .actualPort();
    }

    int port() {
        return port;
    }

    Path certificate() {
        return certificate;
    }

    Path key() {
        return key;
    }

    private void makeCertificate(Path folder, String name) {
        Path store = folder.resolve("store.p12");
        try {
            Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
            Process process = new ProcessBuilder(
                            keytool.toString(),
                            "-genkeypair",
                            "-alias",
                            "a",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=test",
                            "-ext",
                            "san=" + name,
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("keytool.log").toFile())
                    .start();
            join(process.onExit());
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            write(certificate, "CERTIFICATE", keys.getCertificate("a").getEncoded());
            write(key, "PRIVATE KEY", keys.getKey("a", PASSWORD.toCharArray()).getEncoded());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path file, String type, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(file, "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
    }

    @CanIgnoreReturnValue
    private static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        join(vertx.close().toCompletionStage().toCompletableFuture());
    }
}
