package io.headrace.core.sql;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads the {@link SessionEffect}s off the words of a text, from the first words of each statement for the most part. */
final class SessionEffectFinder {

    private static final List<String> TEMPORARY = List.of("TEMP", "TEMPORARY", "PG_TEMP");
    private static final List<String> OF_THE_TRANSACTION = List.of("LOCAL", "TRANSACTION", "CONSTRAINTS");

    private final Set<SessionEffect> found = EnumSet.noneOf(SessionEffect.class);

    /** The first word of the statement, in upper case; empty before it. */
    private String verb = "";

    private int words;
    private boolean behindInto;
    private boolean setsSession;

    private SessionEffectFinder() {}

    static Set<SessionEffect> find(SqlLexer tokens) {
        SessionEffectFinder finder = new SessionEffectFinder();
        for (tokens.next(); tokens.kind() != SqlLexer.Kind.END; tokens.next()) {
            if (tokens.isSymbol(';')) {
                finder.newStatement();
            } else if (tokens.kind() == SqlLexer.Kind.WORD) {
                finder.word(tokens.text().toUpperCase(Locale.ROOT));
            } else {
                finder.behindInto = false;
            }
        }
        return finder.found.isEmpty() ? Set.of() : Collections.unmodifiableSet(finder.found);
    }

    private void newStatement() {
        verb = "";
        words = 0;
        setsSession = false;
    }

    private void word(String word) {
        words++;
        if (words == 1) {
            verb = word;
            first(word);
        } else {
            further(word);
        }
        behindInto = word.equals("INTO");
    }

    private void first(String word) {
        switch (word) {
            case "BEGIN", "START" -> found.add(SessionEffect.TRANSACTION);
            case "RESET" -> found.add(SessionEffect.SETTINGS);
            case "LISTEN" -> found.add(SessionEffect.NOTIFICATIONS);
            case "DEALLOCATE", "DISCARD", "LOAD" -> found.add(SessionEffect.LASTING);
            default -> {}
        }
    }

    private void further(String word) {
        if (verb.equals("SET") && (words == 2 || setsSession)) {
            set(word);
        } else if (verb.equals("PREPARE") && words == 2 && !word.equals("TRANSACTION")) {
            found.add(SessionEffect.LASTING);
        } else if (verb.equals("DECLARE") && word.equals("HOLD")) {
            found.add(SessionEffect.CURSORS);
        } else if (TEMPORARY.contains(word) && (verb.equals("CREATE") || behindInto)) {
            found.add(SessionEffect.TEMPORARY_OBJECTS);
        } else if (word.equals("SET_CONFIG")) {
            found.add(SessionEffect.SETTINGS);
        } else if (isSessionLock(word)) {
            found.add(SessionEffect.ADVISORY_LOCKS);
        }
    }

    /** What stands behind SET, or behind SET SESSION. */
    private void set(String word) {
        setsSession = words == 2 && word.equals("SESSION");
        if (setsSession || OF_THE_TRANSACTION.contains(word)) {
            return;
        }
        found.add(word.equals("ROLE") || word.equals("AUTHORIZATION") ? SessionEffect.ROLE : SessionEffect.SETTINGS);
    }

    /** Those with XACT in their names end with the transaction. */
    private static boolean isSessionLock(String word) {
        return word.startsWith("PG_ADVISORY_LOCK") || word.startsWith("PG_TRY_ADVISORY_LOCK");
    }
}
