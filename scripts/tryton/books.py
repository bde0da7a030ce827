#!/usr/bin/python3
"""Fills an empty Tryton database with the books that Tieout's tests and demo post into.

Works in-process through proteus: no server has to run. Everything is looked up before it is made, so that a second
run changes nothing.

    /usr/bin/python3 books.py CONFIG DATABASE PASSWORD_FILE ACCOUNTS_CSV
"""
import csv
import datetime
import sys
from decimal import Decimal

from proteus import Model, Wizard, config

USER = 'tieout'
COMPANIES = {'Tieout Stores US': 'USD', 'Tieout Stores EU': 'EUR'}
CURRENCIES = {  # code: name, digits, rounding step, rate
    'USD': ('US Dollar', 2, '0.01', '1'),
    'EUR': ('Euro', 2, '0.01', '1'),
    'JPY': ('Japanese Yen', 0, '1', '150'),
}
# Analytic roots carry what Tieout calls location and dimension: codes of the accounts under each root.
COST_CENTRES = {
    'CC': ('Locations', ['S001', 'S002', 'S003', 'S004', 'S005', 'WEB', 'DC01', 'DC02', 'HQ']),
    'TJ': ('Tax jurisdictions', ['US-IL', 'US-NY', 'US-CA', 'US-TX', 'DE', 'FR']),
}
# The template's own accounts; the two that ask for a party stay out of the way of ours.
TEMPLATE_CODES = {'Main Cash': '1090', 'Main Receivable': '1290', 'Main Payable': '2090', 'Main Tax': '2290',
    'Main Revenue': '4090', 'Main Expense': '6090'}
OPEN, CLOSED, LOCKED = 'open', 'closed', 'locked'
YEARS = {2025: LOCKED, 2026: OPEN, 2027: OPEN}
CLOSED_MONTHS = {2026: range(1, 7)}


def one(model, /, *domain):
    found = Model.get(model).find(list(domain), limit=1)
    return found[0] if found else None


def made(model, domain, /, **values):
    record = one(model, *domain)
    if record is None:
        record = Model.get(model)(**values)
        record.save()
    return record


def currency(code):
    name, digits, rounding, rate = CURRENCIES[code]
    record = made('currency.currency', [('code', '=', code)],
        name=name, code=code, symbol=code, digits=digits, rounding=Decimal(rounding))
    if not record.rates:
        record.rates.new(date=datetime.date(min(YEARS), 1, 1), rate=Decimal(rate))
        record.save()
    return record


def work_in(company):
    "Record rules filter by the user's current company, whatever the context of a call says."
    users = Model.get('res.user')
    user = users(config.get_config().user)
    company = Model.get('company.company')(company.id)
    if company.id not in [c.id for c in user.companies]:
        user.companies.append(company)
    user.company = Model.get('company.company')(company.id)
    user.company_filter = 'one'
    user.save()
    config.get_config()._context = users.get_preferences(True, {})


def chart(company, accounts):
    Account = Model.get('account.account')
    mine = ('company', '=', company.id)
    if one('account.account', mine) is None:
        ref = one('ir.model.data', ('module', '=', 'account'), ('fs_id', '=', 'account_template_root_en'))
        wizard = Wizard('account.create_chart')
        wizard.execute('account')
        wizard.form.account_template = Model.get('account.account.template')(ref.db_id)
        wizard.form.company = company
        wizard.execute('create_account')
        wizard.form.account_receivable = one('account.account', mine, ('type.receivable', '=', True))
        wizard.form.account_payable = one('account.account', mine, ('type.payable', '=', True))
        wizard.execute('create_properties')
    for account in Account.find([mine]):
        code = TEMPLATE_CODES.get(account.name)
        if code and account.code != code:
            account.template_override = True
            account.code = code
            account.save()
    for row in accounts:
        like = one('account.account', mine, ('name', '=', row['like']))
        made('account.account', [mine, ('code', '=', row['code'])],
            code=row['code'], name=row['name'], company=company, type=like.type, parent=like.parent)


def cost_centres(company):
    for code, (name, members) in COST_CENTRES.items():
        root = made('analytic_account.account', [('company', '=', company.id), ('code', '=', code)],
            name=name, code=code, type='root', company=company)
        for member in members:
            made('analytic_account.account', [('company', '=', company.id), ('code', '=', member)],
                name=member, code=member, type='normal', company=company, root=root, parent=root)


def fiscal_year(company, year, state):
    record = one('account.fiscalyear', ('company', '=', company.id), ('name', '=', str(year)))
    if record is None:
        kind = one('ir.sequence.type', ('name', '=', 'Account Move'))
        sequence = made('ir.sequence', [('name', '=', '%s %s' % (company.rec_name, year))],
            name='%s %s' % (company.rec_name, year), sequence_type=kind, company=company,
            prefix='%s-' % year, padding=7)
        record = Model.get('account.fiscalyear')(name=str(year), company=company, post_move_sequence=sequence,
            start_date=datetime.date(year, 1, 1), end_date=datetime.date(year, 12, 31))
        record.save()
        record.click('create_period')
    for period in Model.get('account.period').find([('fiscalyear', '=', record.id), ('state', '=', 'open')]):
        if state != OPEN or period.start_date.month in CLOSED_MONTHS.get(year, ()):
            period.click('close')
    if state == LOCKED and record.state == 'open':
        record.click('close')
    if state == LOCKED and record.state == 'close':
        record.click('lock')


def drafts_may_be_deleted():
    "The stock group 'Account' may not delete drafts, and a draft left over blocks the close of its period."
    group = made('res.group', [('name', '=', 'Tieout')], name='Tieout')
    model = one('ir.model', ('model', '=', 'account.move'))
    made('ir.model.access', [('model', '=', model.id), ('group', '=', group.id)], model=model, group=group,
        perm_read=True, perm_write=True, perm_create=True, perm_delete=True)


def posting_user(password, companies):
    "May post and delete drafts, not change the set-up nor close a period."
    user = one('res.user', ('login', '=', USER)) or Model.get('res.user')(name='Tieout', login=USER)
    user.language = one('ir.lang', ('code', '=', 'en'))
    user.password = password
    have = {c.id for c in user.companies}
    for company in companies:
        if company.id not in have:
            user.companies.append(Model.get('company.company')(company.id))
    user.company = Model.get('company.company')(companies[0].id)
    # 'one' (the default) would hide every other company's records.
    user.company_filter = 'all'
    drafts_may_be_deleted()
    have = {group.name for group in user.groups}
    for group in Model.get('res.group').find([('name', 'in', ['Account', 'Tieout'])]):
        if group.name not in have:
            user.groups.append(Model.get('res.group')(group.id))
    user.save()


def main(config_file, database, password_file, accounts_file):
    config.set_trytond(database, config_file=config_file)
    with open(password_file) as f:
        password = f.read().strip()
    with open(accounts_file, newline='') as f:
        accounts = list(csv.DictReader(f))
    currencies = {code: currency(code) for code in CURRENCIES}
    companies = []
    for name, code in COMPANIES.items():
        company = one('company.company', ('party.name', '=', name))
        if company is None:
            party = made('party.party', [('name', '=', name)], name=name)
            company = made('company.company', [('party', '=', party.id)], party=party, currency=currencies[code])
        companies.append(company)
        work_in(company)
        chart(company, accounts)
        cost_centres(company)
        for year, state in YEARS.items():
            fiscal_year(company, year, state)
    made('party.party', [('name', '=', 'Sundry customers')], name='Sundry customers')
    posting_user(password, companies)
    work_in(companies[0])
    admin = Model.get('res.user')(config.get_config().user)
    admin.company_filter = 'all'
    admin.save()


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
