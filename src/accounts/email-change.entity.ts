import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { epochMilliseconds } from '../database/columns';
import { User } from '../users/user.entity';

/** Somebody changes their address: the new one must confirm it, and the old one may undo it. */
@Entity('email_changes')
export class EmailChange {
  /** 16 random bytes in hexadecimal. */
  @PrimaryColumn({ length: 32 })
  id!: string;

  @Index('email_changes_user')
  @Column({ name: 'user_id' })
  userId!: number;

  @Column({ name: 'old_email', length: 254 })
  oldEmail!: string;

  /** Until it can't be undone any more nobody else takes this mailbox. */
  @Index('email_changes_old')
  @Column({ name: 'old_email_key', length: 254 })
  oldEmailKey!: string;

  /** Whether that was proven as the new one took its place. */
  @Column({ name: 'was_proven', default: true })
  wasProven!: boolean;

  @Column({ name: 'new_email', length: 254 })
  newEmail!: string;

  /** SHA-256 of the stored hash of the password that they had: with another one it can't be confirmed any more. */
  @Column({ name: 'password_mark', length: 64 })
  passwordMark!: string;

  @Column({ ...epochMilliseconds, name: 'asked_at' })
  askedAt!: number;

  /** null: the old address still holds. */
  @Column({
    type: 'bigint',
    nullable: true,
    name: 'confirmed_at',
    transformer: {
      from: (value: number | string | null) => (value === null ? null : Number(value)),
      to: (value: number | null) => value,
    },
  })
  confirmedAt!: number | null;

  @Column({ ...epochMilliseconds, name: 'confirm_until' })
  confirmUntil!: number;

  @Index('email_changes_undo')
  @Column({ ...epochMilliseconds, name: 'undo_until' })
  undoUntil!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_email_changes_user' })
  user!: Relation<User>;
}
