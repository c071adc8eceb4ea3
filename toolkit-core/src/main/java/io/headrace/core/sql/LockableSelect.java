package io.headrace.core.sql;

import java.util.List;
import java.util.Optional;

/** Tells whether a clause that locks rows can be put behind a statement. Looks at words outside of brackets only. */
public final class LockableSelect {

    private static final List<String> VERBS =
            List.of("SELECT", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "MERGE");
    private static final List<String> SET_OPERATIONS = List.of("UNION", "INTERSECT", "EXCEPT", "MINUS");
    private static final List<String> LOCKS = List.of("UPDATE", "NO", "SHARE", "KEY");

    private boolean selects;
    private boolean decided;
    private boolean behindFor;
    private boolean behindLock;

    private LockableSelect() {}

    /**
     * Why it can't; empty where it can.
     *
     * @param statement a single statement
     * @param syntax how it is cut into tokens
     */
    public static Optional<String> refusal(String statement, SqlSyntax syntax) {
        SqlLexer tokens = new SqlLexer(statement, syntax);
        LockableSelect select = new LockableSelect();
        int depth = 0;
        for (tokens.next(); tokens.kind() != SqlLexer.Kind.END; tokens.next()) {
            if (tokens.isSymbol('(')) {
                depth++;
            } else if (tokens.isSymbol(')')) {
                depth--;
            } else if (depth == 0 && tokens.kind() == SqlLexer.Kind.WORD) {
                Optional<String> refusal = select.word(tokens);
                if (refusal.isPresent()) {
                    return refusal;
                }
            } else {
                select.behindFor = false;
                select.behindLock = false;
            }
        }
        return select.selects ? Optional.empty() : Optional.of("it is not a SELECT");
    }

    private Optional<String> word(SqlLexer word) {
        if (!decided && VERBS.stream().anyMatch(word::isWord)) {
            decided = true;
            selects = word.isWord("SELECT");
        }
        if ((behindFor && LOCKS.stream().anyMatch(word::isWord)) || (behindLock && word.isWord("IN"))) {
            return Optional.of("it ends in a lock of its own");
        }
        if (SET_OPERATIONS.stream().anyMatch(word::isWord)) {
            return Optional.of("it is a " + word.text() + ", whose rows are no rows of a table");
        }
        behindFor = word.isWord("FOR");
        behindLock = word.isWord("LOCK");
        return Optional.empty();
    }
}
