package io.headrace.test;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A blocking Redis connection that knows just enough RESP2 for assertions and clean-up. */
final class RespConnection implements AutoCloseable {

    private static final int CONNECT_LIMIT_MILLIS = 5_000;
    private static final int ANSWER_LIMIT_MILLIS = 10_000;
    private static final String NIL = "(nil)";

    private final Socket socket = new Socket();
    private final InputStream input;

    private RespConnection(RedisAddress address) throws IOException {
        try {
            socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_LIMIT_MILLIS);
            socket.setSoTimeout(ANSWER_LIMIT_MILLIS);
            socket.setTcpNoDelay(true);
            input = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    static RespConnection open(RedisAddress address) throws IOException {
        RespConnection connection = new RespConnection(address);
        try {
            if (address.password().isPresent()) {
                List<String> login = new ArrayList<>(List.of("AUTH"));
                address.user().ifPresent(login::add);
                address.password().ifPresent(login::add);
                connection.command(login);
            }
            if (address.database() != 0) {
                connection.command(List.of("SELECT", Integer.toString(address.database())));
            }
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Sends one command and waits for its reply, whose nested arrays are laid out flat. */
    @CanIgnoreReturnValue
    List<String> command(List<String> words) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("*" + words.size() + "\r\n").getBytes(UTF_8));
        for (String word : words) {
            byte[] bytes = word.getBytes(UTF_8);
            request.writeBytes(("$" + bytes.length + "\r\n").getBytes(UTF_8));
            request.writeBytes(bytes);
            request.writeBytes("\r\n".getBytes(UTF_8));
        }
        request.writeTo(socket.getOutputStream());
        List<String> reply = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        readReply(reply, errors);
        if (!errors.isEmpty()) {
            // Only the name of the command: its arguments may be secrets.
            throw new TestServerException("Redis refused %s: %s".formatted(words.get(0), errors.get(0)), null);
        }
        return reply;
    }

    private void readReply(List<String> reply, List<String> errors) throws IOException {
        String line = readLine();
        String rest = line.substring(1);
        switch (line.charAt(0)) {
            case '+', ':' -> reply.add(rest);
            case '-' -> errors.add(rest);
            case '$' -> reply.add(readBulk(Integer.parseInt(rest)));
            case '*' -> {
                int size = Integer.parseInt(rest);
                if (size < 0) {
                    reply.add(NIL);
                }
                for (int index = 0; index < size; index++) {
                    readReply(reply, errors);
                }
            }
            default -> throw new IOException("not a RESP2 reply: " + line);
        }
    }

    private String readBulk(int length) throws IOException {
        if (length < 0) {
            return NIL;
        }
        byte[] bytes = input.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException("Redis closed the connection within a reply");
        }
        return new String(bytes, 0, length, UTF_8);
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                throw new EOFException("Redis closed the connection instead of replying");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        if (line.size() == 0) {
            throw new IOException("not a RESP2 reply: an empty line");
        }
        return line.toString(UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
