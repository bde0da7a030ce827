"""The posting key on a move, unique within its company.

A create that the caller gave up on may still commit later. Only a constraint in the database can refuse the second
one, whatever process sends it and whenever it arrives: a search before the create cannot.
"""
from trytond.exceptions import UserError
from trytond.i18n import gettext
from trytond.model import Unique, fields
from trytond.pool import PoolMeta


class Move(metaclass=PoolMeta):
    __name__ = 'account.move'

    tieout_key = fields.Char("Posting Key", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        move = cls.__table__()
        # NULLs are distinct, so moves of everyone else are not touched. The constraint's index also serves the look.
        cls._sql_constraints.append((
            'tieout_key_company_unique',
            Unique(move, move.company, move.tieout_key),
            'tieout_key.msg_tieout_key_taken'))

    @classmethod
    def write(cls, *args):
        # A key that could move from one document to another would prove nothing.
        for moves, values in zip(args[::2], args[1::2]):
            if 'tieout_key' in values and any(
                    move.tieout_key != values['tieout_key'] for move in moves):
                raise UserError(gettext('tieout_key.msg_tieout_key_fixed'))
        super().write(*args)

    @classmethod
    def copy(cls, moves, default=None):
        # Tryton's own "cancel" copies the move it reverses: the copy is another document and has no key of ours.
        default = dict(default or {}, tieout_key=None)
        return super().copy(moves, default=default)
