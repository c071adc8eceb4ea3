package io.headrace.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds loopback ports that stay ours while the server behind them is down. */
final class FreePort {

    // Below the ephemeral ranges of Linux (32768) and macOS (49152). A port from those ranges may be given to any
    // outgoing connection while our server is down, and a client that retries it can even connect to itself.
    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 100;

    private FreePort() {}

    static InetAddress loopback() {
        try {
            return InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
        } catch (IOException impossible) {
            throw new AssertionError("four bytes are an address", impossible);
        }
    }

    /** A port that was free a moment ago. */
    static int find() {
        try (ServerSocket socket = listen()) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new TestServerException("free port: can't close the probing socket", e);
        }
    }

    /** A socket that listens on a free port. */
    static ServerSocket listen() {
        IOException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return listenOn(ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST));
            } catch (IOException e) {
                last = e;
            }
        }
        throw new TestServerException(
                "free port: none of %d random ports between %d and %d on 127.0.0.1 could be bound. Check what listens there."
                        .formatted(ATTEMPTS, LOWEST, HIGHEST),
                last);
    }

    static ServerSocket listenOn(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(loopback(), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
