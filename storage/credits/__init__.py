"""Wallet, ledger, purchases and licence flags."""
