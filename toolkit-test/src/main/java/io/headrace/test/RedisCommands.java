package io.headrace.test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Blocking commands, each on its own connection. */
final class RedisCommands {

    private static final String SCAN_SIZE = "1000";

    private RedisCommands() {}

    static List<String> run(RedisAddress address, List<String> words) {
        try (RespConnection connection = RespConnection.open(address)) {
            return connection.command(words);
        } catch (IOException e) {
            throw failed(address, words.get(0), e);
        }
    }

    /** The keys of this database that contain the text. */
    static List<String> keysWith(RedisAddress address, String text) {
        try (RespConnection connection = RespConnection.open(address)) {
            return scan(connection, text);
        } catch (IOException e) {
            throw failed(address, "SCAN", e);
        }
    }

    /** Removes the keys of this database that contain the text. */
    static void removeKeysWith(RedisAddress address, String text) {
        try (RespConnection connection = RespConnection.open(address)) {
            for (String key : scan(connection, text)) {
                connection.command(List.of("UNLINK", key));
            }
        } catch (IOException e) {
            throw failed(address, "UNLINK", e);
        }
    }

    static boolean answers(RedisAddress address) {
        try (RespConnection connection = RespConnection.open(address)) {
            return connection.command(List.of("PING")).equals(List.of("PONG"));
        } catch (IOException | TestServerException notYet) {
            return false;
        }
    }

    private static List<String> scan(RespConnection connection, String text) throws IOException {
        List<String> keys = new ArrayList<>();
        String cursor = "0";
        do {
            List<String> reply =
                    connection.command(List.of("SCAN", cursor, "MATCH", "*" + text + "*", "COUNT", SCAN_SIZE));
            cursor = reply.get(0);
            keys.addAll(reply.subList(1, reply.size()));
        } while (!cursor.equals("0"));
        // SCAN may give a key twice.
        return keys.stream().distinct().sorted().toList();
    }

    private static TestServerException failed(RedisAddress address, String command, IOException e) {
        return new TestServerException(
                "test Redis %s gave no answer to %s: %s. Check that the server runs."
                        .formatted(address, command, e.getMessage()),
                e);
    }
}
