package io.headrace.sqlite;

import java.util.Locale;

/** Finds out from the first words of a statement what it is, and where the body of a trigger ends. */
final class KeywordReader {

    private enum Body {
        NONE,
        INSIDE,
        BEHIND_SEMICOLON,
        BEHIND_END
    }

    private StatementKind kind = StatementKind.OTHER;
    private boolean decided;
    private boolean started;
    private boolean explained;
    /** The statement begins with WITH, and its own first word comes behind the names. */
    private boolean with;

    private boolean expectsName;
    private boolean rollback;
    private boolean create;
    private int depth;
    private Body body = Body.NONE;

    StatementKind kind() {
        return kind;
    }

    boolean isInsideTrigger() {
        return body != Body.NONE && body != Body.BEHIND_END;
    }

    void semicolon() {
        body = Body.BEHIND_SEMICOLON;
    }

    void symbol(char symbol) {
        leaveEnd();
        started = true;
        if (symbol == '(') {
            depth++;
        } else if (symbol == ')') {
            depth--;
        } else if (symbol == ',' && depth == 0) {
            expectsName = true;
        }
    }

    void quoted() {
        leaveEnd();
        started = true;
        if (depth == 0) {
            expectsName = false;
        }
    }

    void word(String word) {
        if (body != Body.NONE) {
            body = body == Body.BEHIND_SEMICOLON && "END".equalsIgnoreCase(word) ? Body.BEHIND_END : Body.INSIDE;
        } else if (with && depth == 0) {
            wordOfWith(word.toUpperCase(Locale.ROOT));
        } else if (!started || create || rollback || explained && !decided) {
            started = true;
            leadingWord(word.toUpperCase(Locale.ROOT));
        }
    }

    private void leaveEnd() {
        if (body != Body.NONE) {
            body = Body.INSIDE;
        }
    }

    private void leadingWord(String word) {
        if (create) {
            create = "TEMP".equals(word) || "TEMPORARY".equals(word);
            if ("TRIGGER".equals(word)) {
                body = Body.INSIDE;
            }
            return;
        }
        if (rollback) {
            rollback = "TRANSACTION".equals(word);
            if ("TO".equals(word)) {
                kind = StatementKind.ROLLBACK_TO;
            }
            return;
        }
        if (explained) {
            decided = !("QUERY".equals(word) || "PLAN".equals(word));
            create = "CREATE".equals(word);
            return;
        }
        decide(word);
    }

    private void decide(String word) {
        decided = true;
        switch (word) {
            case "EXPLAIN" -> {
                kind = StatementKind.QUERY;
                explained = true;
                decided = false;
            }
            case "WITH" -> {
                with = true;
                expectsName = true;
            }
            case "ROLLBACK" -> {
                kind = StatementKind.ROLLBACK;
                rollback = true;
            }
            case "CREATE" -> {
                kind = StatementKind.SCHEMA;
                create = true;
            }
            default -> kind = ofWord(word);
        }
    }

    private void wordOfWith(String word) {
        if (expectsName) {
            expectsName = "RECURSIVE".equals(word);
            return;
        }
        StatementKind main = ofWord(word);
        if (main == StatementKind.QUERY || main == StatementKind.CHANGE) {
            kind = main;
            with = false;
        }
    }

    private static StatementKind ofWord(String word) {
        return switch (word) {
            case "SELECT", "VALUES" -> StatementKind.QUERY;
            case "INSERT", "UPDATE", "DELETE", "REPLACE" -> StatementKind.CHANGE;
            case "ALTER", "DROP", "ATTACH", "DETACH", "REINDEX", "VACUUM", "ANALYZE" -> StatementKind.SCHEMA;
            case "BEGIN" -> StatementKind.BEGIN;
            case "COMMIT", "END" -> StatementKind.COMMIT;
            case "SAVEPOINT" -> StatementKind.SAVEPOINT;
            case "RELEASE" -> StatementKind.RELEASE;
            default -> StatementKind.OTHER;
        };
    }
}
