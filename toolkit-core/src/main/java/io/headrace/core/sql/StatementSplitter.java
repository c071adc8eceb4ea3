package io.headrace.core.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the statements of a script: cut at semicolons outside of bodies of routines. A body is what stands between BEGIN
 * (or CASE in it) and its END in a statement that creates a function, procedure, trigger or event, which is how psql
 * ({@code psqlscan.l}) tells {@code BEGIN ATOMIC} from the BEGIN of a transaction. Fed with every token in order.
 */
final class StatementSplitter {

    private static final List<String> BODIED = List.of("FUNCTION", "PROCEDURE", "TRIGGER", "EVENT");
    private static final List<String> CLOSED_BY_NAME = List.of("IF", "LOOP", "WHILE", "REPEAT", "FOR");

    private final String source;
    private final List<String> statements = new ArrayList<>();
    private int statementStart;
    private int firstEnd;
    private boolean empty = true;
    private boolean creates;
    private boolean bodied;
    private boolean afterEnd;
    private int depth;

    StatementSplitter(String source) {
        this.source = source;
    }

    void accept(SqlLexer token) {
        if (afterEnd) {
            afterEnd = false;
            if (closes(token)) {
                return;
            }
        }
        if (token.isSymbol(';') && depth == 0) {
            finish(token.start());
            statementStart = token.end();
            return;
        }
        if (token.kind() == SqlLexer.Kind.WORD) {
            word(token);
        }
        empty = false;
    }

    /** Where the first statement ends, its semicolon excluded. */
    int firstEnd() {
        return firstEnd;
    }

    /** The texts of the statements, without their semicolons. */
    List<String> finished() {
        finish(source.length());
        return List.copyOf(statements);
    }

    /** What stands behind END tells what it ends: {@code END IF} ends no body, {@code END CASE} does not open one. */
    private boolean closes(SqlLexer token) {
        if (CLOSED_BY_NAME.stream().anyMatch(token::isWord)) {
            return true;
        }
        depth--;
        return token.isWord("CASE");
    }

    private void word(SqlLexer token) {
        if (empty) {
            creates = token.isWord("CREATE");
        } else if (creates && !bodied) {
            bodied = BODIED.stream().anyMatch(token::isWord);
        } else if (bodied && (token.isWord("BEGIN") || (depth > 0 && token.isWord("CASE")))) {
            depth++;
        } else if (depth > 0 && token.isWord("END")) {
            afterEnd = true;
        }
    }

    private void finish(int end) {
        if (!empty) {
            statements.add(source.substring(statementStart, end).strip());
            firstEnd = statements.size() == 1 ? end : firstEnd;
        }
        empty = true;
        creates = false;
        bodied = false;
        afterEnd = false;
        depth = 0;
    }
}
