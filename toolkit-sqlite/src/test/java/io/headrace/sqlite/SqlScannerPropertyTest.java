package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Texts put together at random are cut where they were joined, and have the parameters that SQLite counts. */
@Timeout(60)
class SqlScannerPropertyTest {

    private static final List<String> TERMS = List.of(
            "?",
            "?3",
            "?12",
            ":a",
            "@a",
            "$a",
            "$a::b",
            "$c(;)",
            ":ümlaut",
            "1",
            "'it''s ; ? :no'",
            "\"co;l?umn\"",
            "`b;?`",
            "[c;'?]",
            "x'00'",
            "CASE WHEN ? THEN 'END;' ELSE :e END",
            "(SELECT ';' WHERE ?)",
            "/* ; ? ' */ 2",
            "3 -- ; ? '\n",
            "a.b",
            "1e5",
            "'\n;\n'");

    private final Random random = new Random(17);

    private String statement() {
        StringBuilder text = new StringBuilder("SELECT ");
        for (int i = random.nextInt(6); i >= 0; i--) {
            text.append(TERMS.get(random.nextInt(TERMS.size()))).append(i == 0 ? "" : " , ");
        }
        return switch (random.nextInt(5)) {
            case 0 -> "CREATE TRIGGER t AFTER INSERT ON a BEGIN " + text + " ; DELETE FROM a; END";
            case 1 -> "EXPLAIN " + text;
            default -> text.toString();
        };
    }

    private String separator() {
        return List.of(";", " ;\n", ";;", "; -- ; '\n", "/* ' */;", ";/* ; */").get(random.nextInt(6));
    }

    /** A comment at the end belongs to nothing. */
    private static String trimmed(String statement) {
        String text = statement;
        while (text.endsWith("-- ; ? '\n")) {
            text = text.substring(0, text.length() - "-- ; ? '\n".length()).stripTrailing();
        }
        return text.strip();
    }

    @Test
    void textsAreCutWhereTheyWereJoined() {
        for (int round = 0; round < 20_000; round++) {
            List<String> statements = new ArrayList<>();
            StringBuilder joined = new StringBuilder();
            for (int i = random.nextInt(4); i >= 0; i--) {
                String statement = statement();
                statements.add(trimmed(statement));
                joined.append(statement).append(separator());
            }

            assertThat(SqlScanner.scan(joined.toString()).pieces())
                    .as("%s", joined)
                    .extracting(piece -> trimmed(piece.text()))
                    .isEqualTo(statements);
        }
    }

    @Test
    void parametersAreAsManyAsSqliteCounts() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            connection.createStatement().execute("CREATE TABLE a (\"co;l?umn\", `b;?`, [c;'?], b)");
            for (int round = 0; round < 5_000; round++) {
                StringBuilder text = new StringBuilder("SELECT ");
                for (int i = random.nextInt(6); i >= 0; i--) {
                    text.append(TERMS.get(random.nextInt(TERMS.size()))).append(i == 0 ? "" : " , ");
                }
                String sql = text + " FROM a";

                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    assertThat(SqlScanner.scan(sql).parameterCount())
                            .as("%s", sql)
                            .isEqualTo(statement.getParameterMetaData().getParameterCount());
                }
            }
        }
    }
}
