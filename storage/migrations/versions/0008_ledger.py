"""The ledger: append-only by trigger, and what follows from it kept by trigger too.

The tables of the first schema were never written to, so they are made anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_SHAPE = (
    "(kind IN ('grant', 'purchase') AND amount > 0 AND held = 0 AND about IS NULL)"
    " OR (kind = 'spend' AND amount < 0 AND held = 0 AND about IS NULL)"
    " OR (kind = 'refund' AND amount <> 0 AND held = 0 AND about IS NOT NULL)"
    " OR (kind = 'reserve' AND amount = 0 AND held > 0 AND about IS NULL AND expires_at IS NOT NULL)"
    " OR (kind = 'settle' AND amount < 0 AND held <= amount AND about IS NOT NULL)"
    " OR (kind = 'release' AND amount = 0 AND held < 0 AND about IS NOT NULL)"
)

# What an entry moves. The checks of credits_balance refuse one that would overdraw.
_APPLIED = """
    UPDATE credits_balance SET balance = balance + NEW.amount, reserved = reserved + NEW.held
        WHERE wallet_id = NEW.wallet_id AND unit = NEW.unit;
    INSERT INTO credits_holds (intent, wallet_id, unit, amount, expires_at)
        SELECT NEW.intent, NEW.wallet_id, NEW.unit, NEW.held, NEW.expires_at WHERE NEW.kind = 'reserve';
    DELETE FROM credits_holds WHERE intent = NEW.about AND NEW.kind IN ('settle', 'release');
"""

# INSERT OR REPLACE deletes what it replaces and fires no trigger for that, and INSERT OR IGNORE lets a failed
# check of a trigger's own statements pass: so an entry whose keys are taken is left out here, and one that would
# overdraw, or is no whole number (which SQLite would keep), is refused here, whatever the statement says.
_BEFORE = """
    SELECT RAISE(IGNORE) WHERE EXISTS (SELECT 1 FROM credits_ledger
        WHERE intent = NEW.intent OR number = NEW.number OR about = NEW.about);
    SELECT RAISE(ABORT, 'amounts are whole numbers')
        WHERE typeof(NEW.amount) <> 'integer' OR typeof(NEW.held) <> 'integer';
    SELECT RAISE(ABORT, 'CHECK constraint failed: the entry would overdraw') FROM credits_balance
        WHERE wallet_id = NEW.wallet_id AND unit = NEW.unit
        AND (balance + NEW.amount < reserved + NEW.held OR reserved + NEW.held < 0);
"""

_SQLITE = (
    f"CREATE TRIGGER credits_ledger_checked BEFORE INSERT ON credits_ledger BEGIN {_BEFORE} END",
    f"CREATE TRIGGER credits_ledger_applied AFTER INSERT ON credits_ledger BEGIN {_APPLIED} END",
    "CREATE TRIGGER credits_ledger_stays BEFORE UPDATE ON credits_ledger"
    " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    "CREATE TRIGGER credits_ledger_remains BEFORE DELETE ON credits_ledger"
    " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
)

_POSTGRES = (
    "CREATE FUNCTION credits_ledger_apply() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN {_APPLIED} RETURN NULL; END $$",
    "CREATE FUNCTION credits_ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
    # A balance is moved by an entry, never by hand.
    "CREATE FUNCTION credits_balance_guard() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN IF pg_trigger_depth() < 2 AND (NEW.balance, NEW.reserved) <> (OLD.balance, OLD.reserved)"
    " THEN RAISE EXCEPTION 'a balance is moved by the ledger alone'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER credits_ledger_applied AFTER INSERT ON credits_ledger"
    " FOR EACH ROW EXECUTE FUNCTION credits_ledger_apply()",
    "CREATE TRIGGER credits_ledger_stays BEFORE UPDATE OR DELETE ON credits_ledger"
    " FOR EACH ROW EXECUTE FUNCTION credits_ledger_refuse()",
    "CREATE TRIGGER credits_ledger_remains BEFORE TRUNCATE ON credits_ledger"
    " FOR EACH STATEMENT EXECUTE FUNCTION credits_ledger_refuse()",
    "CREATE TRIGGER credits_balance_moved BEFORE UPDATE ON credits_balance"
    " FOR EACH ROW EXECUTE FUNCTION credits_balance_guard()",
)


def upgrade() -> None:
    """Go to this schema."""
    for table in ("credits_ledger", "purchases", "credits_wallet"):
        op.drop_table(table)
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "credits_wallet",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reader_id", sa.String(length=32), nullable=True),
        sa.Column("tier", sa.String(length=32), nullable=False),
        sa.Column("heir", sa.String(length=32), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["users.id"], name=op.f("fk_credits_wallet_reader_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["heir"], ["credits_wallet.id"], name=op.f("fk_credits_wallet_heir_credits_wallet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credits_wallet")),
        sa.UniqueConstraint("reader_id", name=op.f("uq_credits_wallet_reader_id")),
    )
    op.create_table(
        "credits_balance",
        sa.Column("wallet_id", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_credits_balance_not_negative")),
        sa.CheckConstraint(
            "reserved >= 0 AND reserved <= balance", name=op.f("ck_credits_balance_reserved_is_there")
        ),
        sa.ForeignKeyConstraint(
            ["wallet_id"], ["credits_wallet.id"], name=op.f("fk_credits_balance_wallet_id_credits_wallet")
        ),
        sa.PrimaryKeyConstraint("wallet_id", "unit", name=op.f("pk_credits_balance")),
    )
    op.create_table(
        "credits_ledger",
        sa.Column("number", number, autoincrement=True, nullable=False),
        sa.Column("wallet_id", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("intent", sa.String(length=240), nullable=False),
        sa.Column("about", sa.String(length=240), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_SHAPE, name=op.f("ck_credits_ledger_shape")),
        sa.ForeignKeyConstraint(
            ["wallet_id", "unit"],
            ["credits_balance.wallet_id", "credits_balance.unit"],
            name=op.f("fk_credits_ledger_wallet_id_unit_credits_balance"),
        ),
        sa.ForeignKeyConstraint(
            ["about"], ["credits_ledger.intent"], name=op.f("fk_credits_ledger_about_credits_ledger")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_credits_ledger")),
        sa.UniqueConstraint("intent", name=op.f("uq_credits_ledger_intent")),
        sa.UniqueConstraint("about", name=op.f("uq_credits_ledger_about")),
    )
    op.create_index(op.f("ix_credits_ledger_wallet_id"), "credits_ledger", ["wallet_id"])
    op.create_table(
        "credits_holds",
        sa.Column("intent", sa.String(length=240), nullable=False),
        sa.Column("wallet_id", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["intent"], ["credits_ledger.intent"], name=op.f("fk_credits_holds_intent_credits_ledger")
        ),
        sa.PrimaryKeyConstraint("intent", name=op.f("pk_credits_holds")),
    )
    op.create_index(op.f("ix_credits_holds_wallet_id"), "credits_holds", ["wallet_id"])
    op.create_index(op.f("ix_credits_holds_expires_at"), "credits_holds", ["expires_at"])
    op.create_table(
        "purchases",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("wallet_id", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("receipt", sa.String(length=240), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("pack", sa.String(length=64), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wallet_id"], ["credits_wallet.id"], name=op.f("fk_purchases_wallet_id_credits_wallet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchases")),
    )
    op.create_index(op.f("ix_purchases_wallet_id"), "purchases", ["wallet_id"])
    for statement in _SQLITE if _is_sqlite() else _POSTGRES:
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Go back to the schema before."""
    for table in ("purchases", "credits_holds", "credits_ledger", "credits_balance", "credits_wallet"):
        op.drop_table(table)
    if not _is_sqlite():
        for function in ("credits_ledger_apply", "credits_ledger_refuse", "credits_balance_guard"):
            op.execute(f"DROP FUNCTION {function}()")
    op.create_table(
        "credits_wallet",
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_credits_wallet_balance_not_negative")),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_credits_wallet_reserved_not_negative")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_credits_wallet_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_credits_wallet")),
    )
    op.create_table(
        "purchases",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("receipt", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_purchases_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchases")),
        sa.UniqueConstraint("receipt", name=op.f("uq_purchases_receipt")),
    )
    op.create_index(op.f("ix_purchases_user_id"), "purchases", ["user_id"])
    op.create_table(
        "credits_ledger",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("intent", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["credits_wallet.user_id"], name=op.f("fk_credits_ledger_user_id_credits_wallet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credits_ledger")),
        sa.UniqueConstraint("intent", name=op.f("uq_credits_ledger_intent")),
    )
    op.create_index(op.f("ix_credits_ledger_user_id"), "credits_ledger", ["user_id"])


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
