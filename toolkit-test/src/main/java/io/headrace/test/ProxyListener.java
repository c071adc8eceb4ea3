package io.headrace.test;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Consumer;

/** Accepts the clients of a proxy until it is stopped. */
final class ProxyListener {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final ServerSocket socket;
    private final Consumer<Socket> whenAccepted;
    private final Thread thread = new Thread(this::accept, "headrace-test-proxy-accept");

    ProxyListener(ServerSocket socket, Consumer<Socket> whenAccepted) {
        this.socket = socket;
        this.whenAccepted = whenAccepted;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void accept() {
        while (true) {
            try {
                whenAccepted.accept(socket.accept());
            } catch (IOException stopped) {
                return;
            }
        }
    }

    /** Returns when connections are refused. */
    void stop() {
        try {
            socket.close();
            // The system goes on listening for as long as a thread is within accept().
            thread.join(STOP_LIMIT.toMillis());
        } catch (IOException e) {
            throw new TestServerException("proxy on port %d: can't stop listening".formatted(socket.getLocalPort()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
