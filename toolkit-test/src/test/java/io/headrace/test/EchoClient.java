package io.headrace.test;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** A blocking client whose every read is bounded. */
final class EchoClient implements AutoCloseable {

    private static final int LIMIT_MILLIS = 5_000;

    private final Socket socket = new Socket();

    EchoClient(FaultProxy proxy) throws IOException {
        socket.connect(new InetSocketAddress(proxy.host(), proxy.port()), LIMIT_MILLIS);
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.setTcpNoDelay(true);
    }

    String echo(String text) throws IOException {
        send(text);
        return receive(text.length());
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    String receive(int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), StandardCharsets.US_ASCII);
    }

    /** Sends so many bytes while it reads them back; gives how many came. */
    int echoBytes(int count) throws IOException {
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                socket.getOutputStream().write(new byte[count]);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        InputStream input = socket.getInputStream();
        int came = input.readNBytes(count).length;
        sent.join();
        return came;
    }

    /** The next byte, -1 for the end of the stream. */
    int read(int limitMillis) throws IOException {
        socket.setSoTimeout(limitMillis);
        try {
            return socket.getInputStream().read();
        } finally {
            socket.setSoTimeout(LIMIT_MILLIS);
        }
    }

    void finish() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
