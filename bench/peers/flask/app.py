"""The kind of application this project grew from: Flask-Security-Too with two roles, as its documentation shows it.

Home, an account page, a page for administrators with a styled refusal, and the library's own sign-in and registration.
DATABASE is the SQLite file; a superuser holds both roles.
"""

import os

from flask import Flask, render_template
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    auth_required,
    current_user,
    hash_password,
    permissions_required,
    roles_required,
)
from flask_security.models import fsqla_v3 as fsqla
from flask_security.signals import user_registered
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__, static_folder=None)
app.config.update(
    SECRET_KEY="LGBoUEDCCpgwxy5jZxpu9e01MTnRVqnG6A8ceD7Z4YU",
    SQLALCHEMY_DATABASE_URI="sqlite:///" + os.environ["DATABASE"],
    SECURITY_PASSWORD_SALT="307680677384259925768439955171685999662",
    SECURITY_PASSWORD_HASH="bcrypt",
    SECURITY_REGISTERABLE=True,
    SECURITY_SEND_REGISTER_EMAIL=False,
    SECURITY_ANONYMOUS_USER_DISABLED=True,
    # Without a network no address has a mail server.
    SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
    WTF_CSRF_ENABLED=True,
)

ROLES = {
    "User": {"user-read", "user-write"},
    "Admin": {"user-read", "user-write", "admin-read", "admin-write"},
}

db = SQLAlchemy(app)
fsqla.FsModels.set_db_info(db)


class Role(db.Model, fsqla.FsRoleMixin):
    pass


class User(db.Model, fsqla.FsUserMixin):
    pass


datastore = SQLAlchemyUserDatastore(db, User, Role)
app.security = Security(app, datastore)


@user_registered.connect_via(app)
def give_user(_sender, user, **_extra):
    datastore.add_role_to_user(user, "User")


@app.context_processor
def name_of_site():
    return {"app_name": "Music Festival Organizer"}


@app.get("/")
def home():
    return render_template("home.html")


@app.get("/account/password")
@auth_required("session")
@permissions_required("user-write")
def own_page():
    return render_template("password.html", person=current_user)


@app.get("/admin")
@auth_required("session")
@roles_required("Admin")
def admin():
    return render_template("admin.html")


@app.errorhandler(403)
def forbidden(_error):
    return render_template("forbidden.html", role="Admin"), 403


@app.security.unauthz_handler
def refuse(_function, _parameters=None):
    return forbidden(None)


with app.app_context():
    db.create_all()
    for name, permissions in ROLES.items():
        datastore.find_or_create_role(name=name, permissions=permissions)
    if not datastore.find_user(email="superuser@example.org"):
        datastore.create_user(
            email="superuser@example.org",
            password=hash_password("the password of the bench"),
            roles=list(ROLES),
        )
    datastore.commit()
