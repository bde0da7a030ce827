# Part of Tieout (Apache-2.0): makes creating a move at-most-once by a key that the database keeps unique.
from trytond.pool import Pool

from .move import Move


def register():
    Pool.register(Move, module='tieout_key', type_='model')
